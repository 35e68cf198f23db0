import type { ObjectState } from '../cloud.ts'
import type { PowerState, Size } from '../compute.ts'
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
    })
  | (ZonedObject & {
      readonly kind: 'volume'
      readonly sizeGb: number
      readonly type: VolumeType
      readonly image: string | undefined
      readonly serverId: string | undefined
    })
  | (ZonedObject &
      Size & {
        readonly kind: 'server'
        readonly hostname: string
        readonly power: PowerState
        readonly bootCount: number
      })
  | (AnyObject & { readonly kind: 'pointer'; readonly zone: undefined; readonly name: string })

/** Every object of the world as it is, oldest first. */
export function takeInventory(db: CloudDatabase): readonly CloudObject[] {
  return db
    .all<InventoryRow>(
      `select objects.*, coalesce(ports.server_id, volumes.server_id) as server_id,
              network, mac_address, size_gb, type, image, hostname, vcpu_count, memory_gb, gpu_count, power, boot_count, name
       from objects left join ports using (id) left join volumes using (id)
                    left join servers using (id) left join pointers using (id)
       order by seq`,
    )
    .map(row => presentObject(db, row))
}

interface InventoryRow extends ObjectRow {
  readonly server_id: string | null
  readonly network: string
  readonly mac_address: string
  readonly size_gb: number
  readonly type: VolumeType
  readonly image: string | null
  readonly hostname: string
  readonly vcpu_count: number
  readonly memory_gb: number
  readonly gpu_count: number
  readonly power: PowerState
  readonly boot_count: number
  readonly name: string
}

function presentObject(db: CloudDatabase, row: InventoryRow): CloudObject {
  const any = {
    id: row.id,
    key: row.key,
    state: row.state,
    fault: row.fault ?? undefined,
    madeAtMs: row.made_at_ms,
    settlesAtMs: row.settles_at_ms ?? undefined,
  }
  const zone = row.zone as string
  const serverId = row.server_id ?? undefined
  switch (row.kind) {
    case 'port': {
      const addresses = addressesOfPort({ db }, row.id)
      return {
        kind: 'port',
        ...any,
        zone,
        network: row.network,
        macAddress: row.mac_address,
        addresses,
        serverId,
      }
    }
    case 'volume': {
      const image = row.image ?? undefined
      return { kind: 'volume', ...any, zone, sizeGb: row.size_gb, type: row.type, image, serverId }
    }
    case 'server': {
      const size = { vcpuCount: row.vcpu_count, memoryGb: row.memory_gb, gpuCount: row.gpu_count }
      const { hostname, power, boot_count: bootCount } = row
      return { kind: 'server', ...any, zone, ...size, hostname, power, bootCount }
    }
    case 'pointer':
      return { kind: 'pointer', ...any, zone: undefined, name: row.name }
  }
}
