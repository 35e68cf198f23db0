import { publicNetworkOf } from '../addressing/pools.ts'
import { flavorOf, imageOf } from '../catalogue.ts'
import { type ShownAddress, subnetOf } from '../records/addresses.ts'
import type { InterfaceRecord } from '../records/interfaces.ts'
import type { ServerRecord } from '../records/servers.ts'
import type { SubnetAddressRecord } from '../records/subnet-addresses.ts'
import type { Db } from '../records/tables.ts'
import type { Href } from './href.ts'
import { networkStub, subnetStub } from './present-network.ts'
import { partsOfServers, type ServerParts } from './server-parts.ts'

/** Servers of one project as the API shows them. */
export async function presentServers(
  servers: readonly ServerRecord[],
  db: Db,
  href: Href,
): Promise<readonly object[]> {
  const parts = await partsOfServers(servers, db)
  return servers.map(server => presentServer(server, parts, href))
}

/** How other objects show a server. */
export function serverStub({ uuid, name }: Pick<ServerRecord, 'uuid' | 'name'>, href: Href) {
  return { href: href(`servers/${uuid}`), uuid, name }
}

/** How other objects show a server group. */
export function serverGroupStub(
  { uuid, name }: { readonly uuid: string; readonly name: string },
  href: Href,
) {
  return { href: href(`server-groups/${uuid}`), uuid, name }
}

function presentServer(server: ServerRecord, parts: ServerParts, href: Href) {
  const flavor = flavorOf(server.flavor)
  const { volumes, interfaces, groups, groupMates } = parts.of(server.uuid)
  return {
    ...serverStub(server, href),
    status: server.status,
    zone: { slug: server.zone },
    flavor: {
      slug: flavor.slug,
      name: flavor.name,
      vcpu_count: flavor.vcpuCount,
      memory_gb: flavor.memoryGb,
    },
    image: imageStub(server),
    volumes: volumes.map(volume => ({
      href: href(`volumes/${volume.uuid}`),
      uuid: volume.uuid,
      name: volume.name,
      type: volume.type,
      size_gb: volume.sizeGb,
      device_path: null, // Deprecated, and read by older clients.
    })),
    interfaces: interfaces.map(one =>
      one.networkUuid === null
        ? publicInterface(server.zone, parts.publicAddresses(one.uuid), href)
        : privateInterface(one.networkUuid, one, parts, href),
    ),
    ssh_fingerprints: server.sshFingerprints,
    ssh_host_keys: server.sshHostKeys,
    anti_affinity_with: groupMates.map(mate => serverStub(mate, href)), // Deprecated, like the field of the request.
    server_groups: groups.map(group => serverGroupStub(group, href)),
    tags: server.tags,
    created_at: server.createdAt,
  }
}

function imageStub({ image: slug, imageName }: ServerRecord) {
  // Nobody knows what is on an image of a project's own.
  if (imageName !== null) return { slug, name: imageName, operating_system: '', default_username: '' }
  const { name, operatingSystem, defaultUsername } = imageOf(slug)
  return { slug, name, operating_system: operatingSystem, default_username: defaultUsername }
}

function publicInterface(zone: string, addresses: readonly ShownAddress[], href: Href) {
  return {
    type: 'public',
    network: networkStub(publicNetworkOf(zone), href),
    addresses: addresses.map(record => {
      const subnet = subnetOf(record)
      return {
        version: record.version,
        address: record.address,
        // A server has the whole IPv4 subnet as neighbours, and its IPv6 address for itself.
        prefix_length: record.version === 4 ? prefixLengthOf(record.prefix) : 128,
        gateway: subnet.gateway,
        reverse_ptr: record.reversePtr,
        subnet: subnetStub(subnet, href),
      }
    }),
  }
}

function privateInterface(
  networkUuid: string,
  { uuid }: InterfaceRecord,
  { networkOf, subnetOf, privateAddresses }: ServerParts,
  href: Href,
) {
  const address = ({ version, address, subnetUuid }: SubnetAddressRecord) => {
    const subnet = subnetOf(subnetUuid)
    return {
      version,
      address,
      prefix_length: prefixLengthOf(subnet.cidr),
      gateway: subnet.gatewayAddress,
      reverse_ptr: null,
      subnet: subnetStub(subnet, href),
    }
  }
  return {
    type: 'private',
    network: networkStub(networkOf(networkUuid), href),
    addresses: privateAddresses(uuid).map(address),
  }
}

function prefixLengthOf(cidr: string): number {
  return Number(cidr.split('/')[1])
}
