import { flavorOf } from '../../catalogue.ts'
import type { CloudObject } from '../../cloud/embedded/inventory.ts'
import type { PanelProofWorld, Row } from './panel-world.ts'

/**
 * What keeps tenants from using what they have, and what records, quota and cloud disagree about; nothing, where every
 * live record is settled and complete, and the cloud holds exactly what the records say.
 */
export function panelProblems(world: PanelProofWorld): readonly string[] {
  const servers = world.rows('select * from servers where deleted_at is null')
  const volumes = world.rows('select * from volumes where deleted_at is null')
  const addresses = world.rows('select * from addresses')
  const objects = world.cloudObjects()
  return [
    ...servers.flatMap(server => serverProblems(server, volumes, addresses, objects)),
    ...volumes.flatMap(volume => volumeProblems(volume, servers, objects)),
    ...addressProblems(addresses, servers),
    ...unaccounted(objects, servers, volumes, addresses),
    ...world.rows('select * from reservations').map(row => `quota stays reserved for ${row['action_id']}`),
  ]
}

function serverProblems(
  server: Row,
  volumes: readonly Row[],
  addresses: readonly Row[],
  objects: readonly CloudObject[],
): readonly string[] {
  const name = `server ${server['name']}`
  if (server['status'] === 'changing' || server['change'] !== null) {
    return [`${name} stays ${server['status']}: ${server['change']}`]
  }
  const atCloud = objects.find(({ id }) => id === server['cloud_server_id'])
  if (atCloud?.kind !== 'server') return [`${name} is recorded, and not at the cloud`]
  const { vcpuCount, memoryGb } = flavorOf(String(server['flavor']))
  const port = objects.find(({ id }) => id === server['cloud_port_id'])
  const own = addresses.filter(address => address['server_uuid'] === server['uuid'])
  const root = volumes.find(volume => volume['server_uuid'] === server['uuid'] && volume['is_root'] === 1)
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(
      atCloud.power !== server['status'],
      `${name} is recorded as ${server['status']}, and is ${atCloud.power}`,
    ),
    ...wrong(
      atCloud.vcpuCount !== vcpuCount || atCloud.memoryGb !== memoryGb,
      `${name} is recorded as ${server['flavor']}, and has ${atCloud.vcpuCount} vCPUs and ${atCloud.memoryGb} GB`,
    ),
    ...wrong(port?.kind !== 'port' || port.serverId !== atCloud.id, `${name} has no port`),
    ...wrong(root === undefined, `${name} has no root volume`),
    ...wrong(own.length === 0, `${name} has no address`),
    ...own
      .filter(({ address }) => !objects.some(({ id, state }) => id === address && state === 'ready'))
      .map(({ address }) => `${name} has no reverse pointer for ${address}`),
  ]
}

function volumeProblems(
  volume: Row,
  servers: readonly Row[],
  objects: readonly CloudObject[],
): readonly string[] {
  const name = `volume ${volume['name']}`
  if (volume['status'] !== 'ready') return [`${name} stays ${volume['status']}`]
  const atCloud = objects.find(({ id }) => id === volume['cloud_volume_id'])
  if (atCloud?.kind !== 'volume') return [`${name} is recorded, and not at the cloud`]
  const server = servers.find(({ uuid }) => uuid === volume['server_uuid'])
  return [
    ...wrong(atCloud.state !== 'ready', `${name} is ${atCloud.state} at the cloud`),
    ...wrong(atCloud.sizeGb !== volume['size_gb'], `${name} has another size at the cloud`),
    ...wrong(
      volume['server_uuid'] !== null && server === undefined,
      `${name} is attached to a server that is gone`,
    ),
    ...wrong(
      (atCloud.serverId ?? null) !== (server?.['cloud_server_id'] ?? null),
      `${name} is attached to another server at the cloud`,
    ),
  ]
}

function addressProblems(addresses: readonly Row[], servers: readonly Row[]): readonly string[] {
  return addresses
    .filter(({ server_uuid }) => !servers.some(({ uuid }) => uuid === server_uuid))
    .map(({ address }) => `address ${address} stays taken by a server that is gone`)
}

/** What the cloud holds and no record does. */
function unaccounted(
  objects: readonly CloudObject[],
  servers: readonly Row[],
  volumes: readonly Row[],
  addresses: readonly Row[],
): readonly string[] {
  const recorded = new Set([
    ...servers.flatMap(server => [server['cloud_server_id'], server['cloud_port_id']]),
    ...volumes.map(volume => volume['cloud_volume_id']),
    ...addresses.map(({ address }) => address),
  ])
  return objects
    .filter(({ id }) => !recorded.has(id))
    .map(({ kind, id, key }) => `${kind} ${id} (key ${key}) is at the cloud, and no record has it`)
}

function wrong(isSo: boolean, problem: string): readonly string[] {
  return isSo ? [problem] : []
}
