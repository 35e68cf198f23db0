import { flavorOf } from '../../src/catalogue.ts'
import type { CloudObject } from '../../src/cloud/embedded/inventory.ts'
import { type Finding, finding } from './finding.ts'
import type { Seen, SeenServer } from './seen.ts'

/**
 * In the cloud is what the owner sees, in the state that the owner sees it in, and nothing else. Each object is put into
 * words on both sides, in the same ones if they agree.
 */
export function checkAgreement(seen: Seen, objects: readonly CloudObject[]): readonly Finding[] {
  const shown = shownInWords(seen)
  const inCloud = cloudInWords(objects)
  return [
    ...without(shown, inCloud).map(words =>
      finding('an owner', `is shown ${words}, which the cloud has not`),
    ),
    ...without(inCloud, shown).map(words => finding('the cloud', `has ${words}, which no owner is shown`)),
    ...objects
      .filter(({ state }) => state !== 'ready')
      .map(({ kind, id, state, key }) =>
        finding(`${kind} ${id}`, `is ${state} in the cloud`, creatorOf(key)),
      ),
  ]
}

/** The action that made an object, by the object's key. */
export function creatorOf(key: string): string | undefined {
  return key.split('/', 1)[0]
}

function shownInWords(seen: Seen): readonly string[] {
  const { servers, volumes, networks, subnets, snapshots, floatingIps, serverGroups } = seen
  const nameOf = (uuid: string | undefined) => servers.find(server => server.uuid === uuid)?.name
  return [
    ...servers.flatMap(shownServer),
    ...volumes.map(({ size_gb, server_uuids: [server] }) => volumeInWords(size_gb, nameOf(server))),
    ...networks.map(({ name, mtu }) => `network ${name} with an MTU of ${mtu}`),
    ...subnets.map(({ cidr, network }) => `subnet ${cidr} of ${network.name}`),
    ...snapshots.map(({ size_gb }) => `a snapshot of ${size_gb} GB`),
    ...serverGroups.map(({ name }) => `server group ${name}`),
    ...floatingIps.flatMap(({ network, next_hop, reverse_ptr }) => [
      ...(next_hop === null ? [] : [`a route of ${network} to ${next_hop}`]),
      ...(reverse_ptr === null ? [] : [`a pointer of ${network.replace(/\/.*/, '')}`]),
    ]),
  ]
}

function shownServer({ name, status, flavor, interfaces }: SeenServer): readonly string[] {
  const { vcpuCount, memoryGb } = flavorOf(flavor.slug)
  const addressesOf = ({ addresses }: SeenServer['interfaces'][number]) =>
    addresses.map(({ address }) => address)
  return [
    serverInWords(name, { vcpuCount, memoryGb, power: status }),
    ...interfaces.map(one => portInWords(name, addressesOf(one))),
    ...interfaces
      .filter(({ type }) => type === 'public')
      .flatMap(one => addressesOf(one).map(address => `a pointer of ${address}`)),
  ]
}

function cloudInWords(objects: readonly CloudObject[]): readonly string[] {
  const names = new Map<string | undefined, string>(
    objects.map(object => [object.id, 'hostname' in object ? object.hostname : object.id]),
  )
  const networks = new Map(objects.map(object => [object.id, 'mtu' in object ? object.name : object.id]))
  return objects.map(object => {
    switch (object.kind) {
      case 'server':
        return serverInWords(object.hostname, object)
      case 'port':
        return portInWords(
          names.get(object.serverId),
          object.addresses.map(({ address }) => address),
        )
      case 'volume':
        return volumeInWords(object.sizeGb, names.get(object.serverId))
      case 'network':
        return `network ${object.name} with an MTU of ${object.mtu}`
      case 'subnet':
        return `subnet ${object.cidr} of ${networks.get(object.networkId)}`
      case 'snapshot':
        return `a snapshot of ${object.sizeGb} GB`
      case 'server-group':
        return `server group ${object.name}`
      case 'route':
        return `a route of ${object.id} to ${object.nextHop}`
      case 'pointer':
        return `a pointer of ${object.id}`
      default:
        return `${object.kind} ${object.id}`
    }
  })
}

function serverInWords(
  name: string,
  { vcpuCount, memoryGb, power }: { vcpuCount: number; memoryGb: number; power: string },
): string {
  return `server ${name} with ${vcpuCount} vCPUs and ${memoryGb} GB, ${power}`
}

function portInWords(server: string | undefined, addresses: readonly string[]): string {
  return `a port of ${server ?? 'nobody'} with ${addresses.toSorted().join(' and ') || 'no address'}`
}

function volumeInWords(sizeGb: number, server: string | undefined): string {
  return `a volume of ${sizeGb} GB at ${server ?? 'nobody'}`
}

/** What of the first the second has not, each as often as it is missing. */
function without(these: readonly string[], those: readonly string[]): readonly string[] {
  const left = [...those]
  return these.filter(words => {
    const at = left.indexOf(words)
    if (at === -1) return true
    left.splice(at, 1)
    return false
  })
}
