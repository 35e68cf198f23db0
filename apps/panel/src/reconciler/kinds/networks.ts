import { deleteNetwork } from '../../actions/delete-network.ts'
import { deleteRouter } from '../../actions/delete-router.ts'
import { deleteSubnet } from '../../actions/delete-subnet.ts'
import { repairNetwork, repairSubnet } from '../../actions/reconcile-network.ts'
import { compared, deleteRecord, differs, onRecord } from '../compared-kind.ts'

export const networks = compared('network', {
  label: 'Network',
  differences: (network, { name, mtu }) =>
    differs(
      network.mtu !== mtu,
      'mtu',
      `Network '${name}' has the MTU ${network.mtu} at the cloud; its record says ${mtu}.`,
    ),
  byItself: { mtu: onRecord(repairNetwork) },
  remedies: [deleteRecord(deleteNetwork)],
})

export const subnets = compared('subnet', {
  label: 'Subnet',
  differences: (subnet, { name, settings }) => [
    ...differs(
      subnet.gateway !== settings.gateway,
      'gateway_address',
      `Subnet ${name} has ${subnet.gateway ?? 'no address'} as its gateway at the cloud; its record says ${settings.gateway ?? 'none'}.`,
    ),
    ...differs(
      listed(subnet.dnsServers) !== listed(settings.dnsServers),
      'dns_servers',
      `Subnet ${name} tells of ${listed(subnet.dnsServers)} at the cloud; its record says ${listed(settings.dnsServers)}.`,
    ),
  ],
  goesWith: ({ networkId }) => ({ kind: 'network', id: networkId }),
  byItself: { gateway_address: onRecord(repairSubnet), dns_servers: onRecord(repairSubnet) },
  remedies: [deleteRecord(deleteSubnet)],
})

export const routers = compared('router', { label: 'Router', remedies: [deleteRecord(deleteRouter)] })

export const ports = compared('port', {
  label: 'Interface',
  differences: (port, { owner, addresses, serverId, loadBalancerId, routerId }) => [
    ...differs(
      port.serverId !== serverId || port.loadBalancerId !== loadBalancerId || port.routerId !== routerId,
      'attachment',
      `Port ${port.id} is at ${port.serverId ?? port.loadBalancerId ?? port.routerId ?? 'nothing'} at the cloud; its record says that it is of ${owner} (${serverId ?? loadBalancerId ?? routerId}).`,
    ),
    ...differs(
      listed(port.addresses.map(({ address }) => address).toSorted()) !== listed(addresses),
      'addresses',
      `Port ${port.id} of ${owner} has ${listed(port.addresses.map(({ address }) => address))} at the cloud; its record says ${listed(addresses)}.`,
    ),
  ],
})

function listed(words: readonly string[]): string {
  return words.length === 0 ? 'nothing' : words.join(', ')
}
