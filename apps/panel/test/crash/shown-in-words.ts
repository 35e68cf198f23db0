import { flavorOf } from '../../src/catalogue.ts'
import type { Seen, SeenFloatingIp, SeenLoadBalancer, SeenRouter, SeenServer } from './seen.ts'
import {
  networkInWords,
  partInWords,
  pointerInWords,
  portInWords,
  routeInWords,
  serverInWords,
  snapshotInWords,
  subnetInWords,
  volumeInWords,
} from './words.ts'

/** What the cloud must have for all that an owner sees. */
export function shownInWords(seen: Seen): readonly string[] {
  const nameOf = (uuid: string | undefined) => seen.servers.find(server => server.uuid === uuid)?.name
  return [
    ...seen.servers.flatMap(shownServer),
    ...seen.volumes.map(({ size_gb, server_uuids: [server] }) => volumeInWords(size_gb, nameOf(server))),
    ...seen.networks.map(({ name, mtu }) => networkInWords(name, mtu)),
    ...seen.subnets.map(({ cidr, network, gateway_address, dns_servers: dnsServers }) =>
      subnetInWords(network.name, { cidr, gateway: gateway_address ?? undefined, dnsServers }),
    ),
    ...seen.snapshots.map(({ size_gb }) => snapshotInWords(size_gb)),
    ...seen.serverGroups.map(({ name }) => `server group ${name}`),
    ...seen.floatingIps.flatMap(shownFloatingIp),
    ...seen.loadBalancers.flatMap(shownLoadBalancer),
    ...shownParts(seen),
    ...seen.routers.flatMap(shownRouter),
    ...seen.objectsUsers.flatMap(({ keys }) => keys.map(key => `objects user ${key.access_key}`)),
    ...seen.images.map(({ name }) => `image ${name}`),
  ]
}

function shownServer({ name, status, flavor, interfaces }: SeenServer): readonly string[] {
  const { vcpuCount, memoryGb } = flavorOf(flavor.slug)
  return [
    serverInWords(name, { vcpuCount, memoryGb, power: status }),
    ...interfaces.map(({ addresses }) => portInWords(name, addresses)),
    ...interfaces
      .filter(({ type }) => type === 'public')
      .flatMap(({ addresses }) => addresses.map(({ address }) => pointerInWords(address))),
  ]
}

function shownFloatingIp({ network, next_hop, reverse_ptr }: SeenFloatingIp): readonly string[] {
  return [
    ...(next_hop === null ? [] : [routeInWords(network, next_hop)]),
    ...(reverse_ptr === null ? [] : [pointerInWords(network.replace(/\/.*/, ''))]),
  ]
}

/** It is reached by one port: on the public network, or by the one address that customers of the test ask for. */
function shownLoadBalancer({ name, flavor, vip_addresses }: SeenLoadBalancer): readonly string[] {
  return [`load balancer ${name} of ${flavor.slug}`, portInWords(name, vip_addresses)]
}

function shownParts({ pools, members, listeners, monitors }: Seen): readonly string[] {
  return [
    ...pools.map(({ load_balancer: { name }, algorithm, protocol }) =>
      partInWords(name, { kind: 'pool', algorithm, protocol }),
    ),
    ...members.map(({ load_balancer: { name }, address, protocol_port: protocolPort, enabled: isEnabled }) =>
      partInWords(name, { kind: 'member', address, protocolPort, isEnabled }),
    ),
    ...listeners.map(
      ({ load_balancer: { name }, protocol, protocol_port: protocolPort, allowed_cidrs: allowedCidrs }) =>
        partInWords(name, { kind: 'listener', protocol, protocolPort, allowedCidrs }),
    ),
    ...monitors.map(({ load_balancer: { name }, type, delay_s: delayS }) =>
      partInWords(name, { kind: 'monitor', type, delayS }),
    ),
  ]
}

function shownRouter({ name, internet_gateway_addresses, interfaces }: SeenRouter): readonly string[] {
  return [
    `router ${name}`,
    ...(internet_gateway_addresses.length === 0 ? [] : [portInWords(name, internet_gateway_addresses)]),
    ...interfaces.map(({ addresses }) => portInWords(name, addresses)),
  ]
}
