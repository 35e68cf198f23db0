import { z } from 'zod'
import { interfacesOfLoadBalancer, releaseInterfaces } from '../../records/interfaces.ts'
import { loadBalancerRecords } from '../../records/load-balancers.ts'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

export const makeLoadBalancer = step('load-balancers.load-balancer', {
  input: z.object({ zone: z.string(), name: z.string(), flavor: z.string(), portIds: z.array(z.string()) }),
  output: z.object({ id: z.string() }),
  async do(input, { key, world: { cloud }, signal, until }) {
    const made = await cloud.loadBalancers.createLoadBalancer({ ...input, key }, signal)
    const get = () => cloud.loadBalancers.getLoadBalancer(made.id, signal)
    const { id } = await settled('load balancer', made, until, get)
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.loadBalancers.findLoadBalancers(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.loadBalancers.deleteLoadBalancer(id, signal)
    await gone('load balancer', until, () => cloud.loadBalancers.getLoadBalancer(id, signal))
  },
})

/** What is removed of a recorded load balancer behind its deletion's pivot, as with a server. */
const Recorded = z.object({ loadBalancerUuid: z.string() })

/** With all that it is put together from. */
export const removeLoadBalancerOf = step('load-balancer.removal', {
  idempotent: true,
  input: Recorded,
  output: z.null(),
  async do({ loadBalancerUuid }, { world: { cloud, records }, signal, until }) {
    const record = await loadBalancerRecords.findAny(records.read, loadBalancerUuid)
    const id = record?.cloudLoadBalancerId ?? null
    if (id === null) return null
    await cloud.loadBalancers.deleteLoadBalancer(id, signal)
    await gone('load balancer', until, () => cloud.loadBalancers.getLoadBalancer(id, signal))
    return null
  },
  undo: 'nothing',
})

export const removePortsOfLoadBalancer = step('load-balancer.port-removal', {
  idempotent: true,
  input: Recorded,
  output: z.null(),
  async do({ loadBalancerUuid }, { world: { cloud, records }, signal, until }) {
    for (const { cloudPortId: id } of await interfacesOfLoadBalancer(records.read, loadBalancerUuid)) {
      if (id === null) continue
      await cloud.network.deletePort(id, signal)
      await gone('port', until, () => cloud.network.getPort(id, signal))
    }
    return null
  },
  undo: 'nothing',
})

/** Gives its addresses back, once nothing is left that may still use them. */
export const giveBackVipAddresses = step('load-balancer.address-release', {
  idempotent: true,
  onlyWhenClean: true,
  input: Recorded,
  output: z.null(),
  async do({ loadBalancerUuid }, { world: { records } }) {
    await records.transaction(async db => {
      const interfaces = await interfacesOfLoadBalancer(db, loadBalancerUuid)
      await releaseInterfaces(
        db,
        interfaces.map(({ uuid }) => uuid),
      )
    })
    return null
  },
  undo: 'nothing',
})
