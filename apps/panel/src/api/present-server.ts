import { publicNetworkOf } from '../addressing/pools.ts'
import { flavorOf, imageOf } from '../catalogue.ts'
import { type AddressRecord, addressesOfProject, addressesOfServer, subnetOf } from '../records/addresses.ts'
import type { ServerRecord } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { type VolumeRecord, volumesByServer, volumesOfServer } from '../records/volumes.ts'
import type { Href } from './href.ts'

/** What belongs to a server, in its order. */
interface ServerParts {
  readonly volumes: readonly VolumeRecord[]
  readonly addresses: readonly AddressRecord[]
}

/** Servers of one project as the API shows them. */
export async function presentServers(
  servers: readonly ServerRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const [first, second] = servers
  if (first === undefined) return []
  if (second === undefined) {
    const { uuid } = first
    const volumes = await volumesOfServer(db, uuid)
    return [presentServer(first, { volumes, addresses: await addressesOfServer(db, uuid) }, href)]
  }
  const volumes = await volumesByServer(db, first.projectId)
  const addresses = await addressesOfProject(db, first.projectId)
  return servers.map(server => {
    const parts = { volumes: volumes.get(server.uuid) ?? [], addresses: addresses.get(server.uuid) ?? [] }
    return presentServer(server, parts, href)
  })
}

function presentServer(server: ServerRecord, { volumes, addresses }: ServerParts, href: Href) {
  const flavor = flavorOf(server.flavor)
  const image = imageOf(server.image)
  return {
    href: href(`servers/${server.uuid}`),
    uuid: server.uuid,
    name: server.name,
    status: server.status,
    zone: { slug: server.zone },
    flavor: {
      slug: flavor.slug,
      name: flavor.name,
      vcpu_count: flavor.vcpuCount,
      memory_gb: flavor.memoryGb,
    },
    image: {
      slug: image.slug,
      name: image.name,
      operating_system: image.operatingSystem,
      default_username: image.defaultUsername,
    },
    volumes: volumes.map(volume => ({
      href: href(`volumes/${volume.uuid}`),
      uuid: volume.uuid,
      name: volume.name,
      type: volume.type,
      size_gb: volume.sizeGb,
      device_path: null, // Deprecated, and read by older clients.
    })),
    interfaces: addresses.length === 0 ? [] : [publicInterface(server.zone, addresses, href)],
    ssh_fingerprints: server.sshFingerprints,
    ssh_host_keys: server.sshHostKeys,
    anti_affinity_with: [],
    server_groups: [],
    tags: server.tags,
    created_at: server.createdAt,
  }
}

function publicInterface(zone: string, addresses: readonly AddressRecord[], href: Href) {
  const network = publicNetworkOf(zone)
  return {
    type: 'public',
    network: { href: href(`networks/${network.uuid}`), uuid: network.uuid, name: network.name },
    addresses: addresses.map(record => {
      const subnet = subnetOf(record)
      return {
        version: record.version,
        address: record.address,
        // A server has the whole IPv4 subnet as neighbours, and its IPv6 address for itself.
        prefix_length: record.version === 4 ? Number(record.prefix.split('/')[1]) : 128,
        gateway: subnet.gateway,
        reverse_ptr: record.reversePtr,
        subnet: { href: href(`subnets/${subnet.uuid}`), uuid: subnet.uuid, cidr: subnet.cidr },
      }
    }),
  }
}
