import { z } from 'zod'
import type { CloudNetwork } from '../../cloud/network.ts'
import { networkRecords } from '../../records/networks.ts'
import { type PanelWorld, step } from '../define.ts'
import { type Changed, changed, whetherChanged } from './changed.ts'
import { asFound, gone, settled } from './settled.ts'

const Network = z.object({ id: z.string() })

export const makeNetwork = step('network.network', {
  input: z.object({ zone: z.string(), name: z.string(), mtu: z.int() }),
  output: Network,
  async do(input, { key, world: { cloud }, signal, until }) {
    const network = await cloud.network.createNetwork({ ...input, key }, signal)
    const { id } = await settled('network', network, until, () =>
      cloud.network.getNetwork(network.id, signal),
    )
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.network.findNetworks(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.network.deleteNetwork(id, signal)
    await gone('network', until, () => cloud.network.getNetwork(id, signal))
  },
})

export const setMtu = step('network.mtu', {
  changes: true,
  input: z.object({ id: z.string(), mtu: z.int(), mtuBefore: z.int() }),
  output: Network,
  async do({ id, mtu }, { world, signal, until }) {
    await world.cloud.network.setMtu(id, mtu, signal)
    return changed(networkWith(mtu, id, world, signal), until)
  },
  find: ({ input: { id, mtu }, world, signal }) => whetherChanged(networkWith(mtu, id, world, signal)),
  async undo({ id }, { input: { mtuBefore }, world, signal, until }) {
    await world.cloud.network.setMtu(id, mtuBefore, signal)
    await changed(networkWith(mtuBefore, id, world, signal), until)
  },
})

/**
 * Removes a recorded network with all its subnets. What the cloud calls it is looked up once the deletion holds it: a
 * creation may have ended only then. What was never made is gone already.
 */
export const removeNetworkOf = step('network.removal', {
  idempotent: true,
  input: z.object({ networkUuid: z.string() }),
  output: z.null(),
  async do({ networkUuid }, { world: { cloud, records }, signal, until }) {
    const id = (await networkRecords.findAny(records.read, networkUuid))?.cloudNetworkId ?? null
    if (id === null) return null
    await cloud.network.deleteNetwork(id, signal)
    await gone('network', until, () => cloud.network.getNetwork(id, signal))
    return null
  },
  undo: 'nothing',
})

function networkWith(
  mtu: number,
  id: string,
  { cloud }: PanelWorld,
  signal: AbortSignal,
): Changed<CloudNetwork> {
  return {
    kind: 'network',
    id,
    get: () => cloud.network.getNetwork(id, signal),
    is: network => network.mtu === mtu,
  }
}
