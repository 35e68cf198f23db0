import type { ObjectState } from '../cloud.ts'
import type { PowerState, Size } from '../compute.ts'
import type { FirmwareType, SourceFormat } from '../images.ts'
import type { LoadBalancerPart } from '../load-balancers.ts'
import type { FixedAddress } from '../network.ts'
import type { VolumeType } from '../volumes.ts'
import type { CloudDatabase } from './database.ts'
import { addressesOfPort } from './network.ts'
import type { ObjectRow } from './objects.ts'

/** What every object of the cloud has. */
interface AnyObject {
  readonly id: string
  /** The key of the step that made it. */
  readonly key: string
  readonly state: ObjectState['state']
  /** Why it is broken. */
  readonly fault: string | undefined
  /** In milliseconds since 1970. */
  readonly madeAtMs: number
  /** When what it is at will have settled, in milliseconds since 1970. */
  readonly settlesAtMs: number | undefined
}

interface ZonedObject extends AnyObject {
  readonly zone: string
}

/** An object of the embedded cloud as an operator sees it. */
export type CloudObject =
  | (ZonedObject & {
      readonly kind: 'port'
      readonly network: string
      readonly macAddress: string
      readonly addresses: readonly FixedAddress[]
      readonly serverId: string | undefined
      readonly routerId: string | undefined
    })
  | (ZonedObject & {
      readonly kind: 'volume'
      readonly sizeGb: number
      readonly type: VolumeType
      readonly image: string | undefined
      /** The snapshot that it is a copy of, while that is there. */
      readonly snapshotId: string | undefined
      readonly revertKey: string | undefined
      readonly serverId: string | undefined
    })
  | (ZonedObject & { readonly kind: 'snapshot'; readonly volumeId: string; readonly sizeGb: number })
  | (ZonedObject &
      Size & {
        readonly kind: 'server'
        readonly hostname: string
        readonly power: PowerState
        readonly bootCount: number
        readonly bootVolumeId: string | undefined
        /** None while its group left none for it. */
        readonly host: string | undefined
        readonly groupId: string | undefined
      })
  | (ZonedObject & { readonly kind: 'server-group'; readonly name: string })
  | (ZonedObject & { readonly kind: 'network'; readonly name: string; readonly mtu: number })
  | (ZonedObject & {
      readonly kind: 'subnet'
      readonly networkId: string
      readonly cidr: string
      readonly gateway: string | undefined
      readonly dnsServers: readonly string[]
    })
  | (AnyObject & { readonly kind: 'pointer'; readonly zone: undefined; readonly name: string })
  | (AnyObject & { readonly kind: 'route'; readonly zone: undefined; readonly nextHop: string })
  | (ZonedObject & {
      readonly kind: 'load-balancer'
      readonly name: string
      readonly flavor: string
      readonly portIds: readonly string[]
    })
  | (ZonedObject & { readonly loadBalancerId: string } & LoadBalancerPart)
  | (ZonedObject & { readonly kind: 'router'; readonly name: string })
  | (AnyObject & {
      readonly kind: 'objects-user'
      readonly zone: undefined
      readonly accessKey: string
      readonly buckets: readonly string[]
    })
  | (AnyObject & {
      readonly kind: 'image'
      readonly zone: undefined
      readonly name: string
      readonly zones: readonly string[]
      readonly url: string
      readonly format: SourceFormat
      readonly firmwareType: FirmwareType
      /** Undefined until it is known. */
      readonly sizeBytes: number | undefined
    })

/** Every object of the world as it is, oldest first. */
export function takeInventory(db: CloudDatabase): readonly CloudObject[] {
  return db.all<ObjectRow>('select * from objects order by seq').map(row => presentObject(db, row))
}

function presentObject(db: CloudDatabase, row: ObjectRow): CloudObject {
  const any = {
    id: row.id,
    key: row.key,
    state: row.state,
    fault: row.fault ?? undefined,
    madeAtMs: row.made_at_ms,
    settlesAtMs: row.settles_at_ms ?? undefined,
  }
  const zone = row.zone as string
  const own = <Own extends object>(sql: string) => db.one<Own>(sql, row.id) as Own
  switch (row.kind) {
    case 'port': {
      const port = own<PortRow>('select network, mac_address, server_id, router_id from ports where id = ?')
      return {
        kind: 'port',
        ...any,
        zone,
        network: port.network,
        macAddress: port.mac_address,
        addresses: addressesOfPort({ db }, row.id),
        serverId: port.server_id ?? undefined,
        routerId: port.router_id ?? undefined,
      }
    }
    case 'volume': {
      const volume = own<VolumeRow>(
        'select size_gb, type, image, snapshot_id, revert_key, server_id from volumes where id = ?',
      )
      return {
        kind: 'volume',
        ...any,
        zone,
        sizeGb: volume.size_gb,
        type: volume.type,
        image: volume.image ?? undefined,
        snapshotId: volume.snapshot_id ?? undefined,
        revertKey: volume.revert_key ?? undefined,
        serverId: volume.server_id ?? undefined,
      }
    }
    case 'snapshot': {
      const snapshot = own<SnapshotRow>('select volume_id, size_gb from snapshots where id = ?')
      return { kind: 'snapshot', ...any, zone, volumeId: snapshot.volume_id, sizeGb: snapshot.size_gb }
    }
    case 'server': {
      const server = own<ServerRow>(
        `select hostname, vcpu_count, memory_gb, gpu_count, power, boot_count, boot_volume_id, host, group_id
         from servers where id = ?`,
      )
      return {
        kind: 'server',
        ...any,
        zone,
        vcpuCount: server.vcpu_count,
        memoryGb: server.memory_gb,
        gpuCount: server.gpu_count,
        hostname: server.hostname,
        power: server.power,
        bootCount: server.boot_count,
        bootVolumeId: server.boot_volume_id ?? undefined,
        host: server.host ?? undefined,
        groupId: server.group_id ?? undefined,
      }
    }
    case 'server-group': {
      const { name } = own<{ name: string }>('select name from server_groups where id = ?')
      return { kind: 'server-group', ...any, zone, name }
    }
    case 'network': {
      const { name, mtu } = own<NetworkRow>('select name, mtu from networks where id = ?')
      return { kind: 'network', ...any, zone, name, mtu }
    }
    case 'subnet': {
      const subnet = own<SubnetRow>('select network_id, cidr, gateway, dns_servers from subnets where id = ?')
      return {
        kind: 'subnet',
        ...any,
        zone,
        networkId: subnet.network_id,
        cidr: subnet.cidr,
        gateway: subnet.gateway ?? undefined,
        dnsServers: JSON.parse(subnet.dns_servers),
      }
    }
    case 'pointer': {
      const { name } = own<{ name: string }>('select name from pointers where id = ?')
      return { kind: 'pointer', ...any, zone: undefined, name }
    }
    case 'route': {
      const { next_hop: nextHop } = own<{ next_hop: string }>('select next_hop from routes where id = ?')
      return { kind: 'route', ...any, zone: undefined, nextHop }
    }
    case 'load-balancer': {
      const { name, flavor } = own<{ name: string; flavor: string }>(
        'select name, flavor from load_balancers where id = ?',
      )
      const ports = db.all<{ id: string }>(
        'select id from ports where load_balancer_id = ? order by rowid',
        row.id,
      )
      return { kind: 'load-balancer', ...any, zone, name, flavor, portIds: ports.map(({ id }) => id) }
    }
    case 'pool':
    case 'member':
    case 'listener':
    case 'monitor': {
      const { load_balancer_id: loadBalancerId, part } = own<{ load_balancer_id: string; part: string }>(
        'select load_balancer_id, part from load_balancer_parts where id = ?',
      )
      return { ...any, zone, loadBalancerId, ...(JSON.parse(part) as LoadBalancerPart) }
    }
    case 'router': {
      const { name } = own<{ name: string }>('select name from routers where id = ?')
      return { kind: 'router', ...any, zone, name }
    }
    case 'objects-user': {
      const { access_key: accessKey } = own<{ access_key: string }>(
        'select access_key from objects_users where id = ?',
      )
      const buckets = db.all<{ name: string }>(
        'select name from buckets where user_id = ? order by name',
        row.id,
      )
      return {
        kind: 'objects-user',
        ...any,
        zone: undefined,
        accessKey,
        buckets: buckets.map(({ name }) => name),
      }
    }
    case 'image': {
      const image = own<ImageRow>(
        'select name, zones, url, format, firmware_type, size_bytes from images where id = ?',
      )
      return {
        kind: 'image',
        ...any,
        zone: undefined,
        name: image.name,
        zones: JSON.parse(image.zones),
        url: image.url,
        format: image.format,
        firmwareType: image.firmware_type,
        sizeBytes: image.size_bytes ?? undefined,
      }
    }
  }
}

interface PortRow {
  readonly network: string
  readonly mac_address: string
  readonly server_id: string | null
  readonly router_id: string | null
}

interface VolumeRow {
  readonly size_gb: number
  readonly type: VolumeType
  readonly image: string | null
  readonly snapshot_id: string | null
  readonly revert_key: string | null
  readonly server_id: string | null
}

interface SnapshotRow {
  readonly volume_id: string
  readonly size_gb: number
}

interface ServerRow {
  readonly hostname: string
  readonly vcpu_count: number
  readonly memory_gb: number
  readonly gpu_count: number
  readonly power: PowerState
  readonly boot_count: number
  readonly boot_volume_id: string | null
  readonly host: string | null
  readonly group_id: string | null
}

interface NetworkRow {
  readonly name: string
  readonly mtu: number
}

interface SubnetRow {
  readonly network_id: string
  readonly cidr: string
  readonly gateway: string | null
  readonly dns_servers: string
}

interface ImageRow {
  readonly name: string
  readonly zones: string
  readonly url: string
  readonly format: SourceFormat
  readonly firmware_type: FirmwareType
  readonly size_bytes: number | null
}
