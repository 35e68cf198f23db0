import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { CloudSubnet } from '../../cloud/network.ts'
import { subnetRecords } from '../../records/subnets.ts'
import { type PanelWorld, step } from '../define.ts'
import { type Changed, changed, whetherChanged } from './changed.ts'
import { asFound, gone, settled } from './settled.ts'

const Subnet = z.object({ id: z.string() })

/** What can be changed about a subnet later. */
export const SubnetSettings = z.object({ gateway: z.string().nullable(), dnsServers: z.array(z.string()) })
type Settings = z.output<typeof SubnetSettings>

export const makeSubnet = step('network.subnet', {
  input: z.object({ networkId: z.string(), cidr: z.string(), settings: SubnetSettings }),
  output: Subnet,
  async do({ settings, ...input }, { key, world: { cloud }, signal, until }) {
    const subnet = await cloud.network.createSubnet({ ...input, ...settings, key }, signal)
    const { id } = await settled('subnet', subnet, until, () => cloud.network.getSubnet(subnet.id, signal))
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.network.findSubnets(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.network.deleteSubnet(id, signal)
    await gone('subnet', until, () => cloud.network.getSubnet(id, signal))
  },
})

export const setSubnet = step('network.subnet-settings', {
  changes: true,
  input: z.object({ id: z.string(), settings: SubnetSettings, settingsBefore: SubnetSettings }),
  output: Subnet,
  async do({ id, settings }, { world, signal, until }) {
    await world.cloud.network.setSubnet(id, settings, signal)
    return changed(subnetWith(settings, id, world, signal), until)
  },
  find: ({ input: { id, settings }, world, signal }) =>
    whetherChanged(subnetWith(settings, id, world, signal)),
  async undo({ id }, { input: { settingsBefore }, world, signal, until }) {
    await world.cloud.network.setSubnet(id, settingsBefore, signal)
    await changed(subnetWith(settingsBefore, id, world, signal), until)
  },
})

/** Removes a recorded subnet. What the cloud calls it is looked up once the deletion holds it, as with a network. */
export const removeSubnetOf = step('subnet.removal', {
  idempotent: true,
  input: z.object({ subnetUuid: z.string() }),
  output: z.null(),
  async do({ subnetUuid }, { world: { cloud, records }, signal, until }) {
    const id = (await subnetRecords.findAny(records.read, subnetUuid))?.cloudSubnetId ?? null
    if (id === null) return null
    await cloud.network.deleteSubnet(id, signal)
    await gone('subnet', until, () => cloud.network.getSubnet(id, signal))
    return null
  },
  undo: 'nothing',
})

function subnetWith(
  wanted: Settings,
  id: string,
  { cloud }: PanelWorld,
  signal: AbortSignal,
): Changed<CloudSubnet> {
  return {
    kind: 'subnet',
    id,
    get: () => cloud.network.getSubnet(id, signal),
    is: ({ gateway, dnsServers }) => isDeepStrictEqual({ gateway, dnsServers }, wanted),
  }
}
