import { randomUUID } from 'node:crypto'
import type { ProofEnd, ProofStart } from 'evenkeel/testing'
import { newCreatedAt } from '../../records/created-at.ts'
import type { Db } from '../../records/tables.ts'
import { type CreateFloatingIpRequest, createFloatingIp } from '../create-floating-ip.ts'
import { type CreateLoadBalancerRequest, createLoadBalancer } from '../create-load-balancer.ts'
import { createNetwork } from '../create-network.ts'
import type { PanelWorld } from '../define.ts'
import { deleteLoadBalancer } from '../delete-load-balancer.ts'
import {
  type CreateListenerRequest,
  changeListener,
  createListener,
  deleteListener,
} from '../load-balancer-listener.ts'
import {
  type CreateMemberRequest,
  changeMember,
  createMember,
  deleteMember,
} from '../load-balancer-member.ts'
import {
  type CreateMonitorRequest,
  changeMonitor,
  createMonitor,
  deleteMonitor,
} from '../load-balancer-monitor.ts'
import { type CreatePoolRequest, createPool, deletePool } from '../load-balancer-pool.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import { hasSucceeded, type ProofStage, type ProofsOf, targetOf } from './proof-stage.ts'

type Start = ProofStart<PanelWorld, Db>

/** Load balancers, and the actions on them as a whole. */
export const loadBalancerProofs: ProofsOf = async stage => {
  const { image, proof } = stage
  const empty = image()
  const scene = await prepareLoadBalancer(stage)
  const { loadBalancer, pool, removal, another } = scene
  await stage.done(createFloatingIp, newFloatingIp(loadBalancer))
  const whole = image()
  return [
    proof(createLoadBalancer, loadBalancer, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded('load-balancer.create', ends) ? removal : another),
    }),
    // A floating IP leads to it, and something is being added while it is being deleted.
    proof(deleteLoadBalancer, removal.input, whole, {
      rival: () => ({ action: createListener, input: newListener(pool, 'late', 8080) }),
      again: () => another,
    }),
  ]
}

/** What they are put together from: changed, or deleted, while the load balancer is being deleted. */
export const loadBalancerPartProofs: ProofsOf = async stage => {
  const { image, proof } = stage
  const { pool, loadBalancer, member, listener, monitor, removal, another } = await prepareLoadBalancer(stage)
  const whole = image()
  const isGone = (ends: readonly ProofEnd[]) => ends.some(({ action }) => action === removal.action.name)
  const choices = (next: Start) => ({
    rival: () => removal,
    again: (_world: unknown, ends: readonly ProofEnd[]) => (isGone(ends) ? another : next),
  })
  const nextPool = { action: createPool, input: newPool(loadBalancer, 'next') }
  return [
    proof(createPool, newPool(loadBalancer, 'proved'), whole, choices(nextPool)),
    // A member is being added while its pool is being deleted.
    proof(deletePool, targetOf(pool), await withoutListener(stage, listener), {
      rival: () => ({
        action: createMember,
        input: { ...member, uuid: randomUUID(), address: '172.16.0.9' },
      }),
      again: () => nextPool,
    }),
    proof(createMember, { ...member, uuid: randomUUID(), address: '172.16.0.7' }, whole, choices(nextPool)),
    proof(
      changeMember,
      { ...targetOf(member), settings: { isEnabled: false }, labels: { name: 'resting' } },
      whole,
      choices({ action: deleteMember, input: targetOf(member) }),
    ),
    proof(deleteMember, targetOf(member), whole, choices(nextPool)),
    proof(createListener, newListener(pool, 'proved', 8080), whole, choices(nextPool)),
    proof(
      changeListener,
      { ...targetOf(listener), settings: { protocolPort: 443, allowedCidrs: ['192.0.2.0/24'] }, labels: {} },
      whole,
      choices({ action: deleteListener, input: targetOf(listener) }),
    ),
    proof(deleteListener, targetOf(listener), whole, choices(nextPool)),
    proof(
      changeMonitor,
      { ...targetOf(monitor), settings: { delayS: 9 }, labels: {} },
      whole,
      choices({ action: deleteMonitor, input: targetOf(monitor) }),
    ),
    proof(deleteMonitor, targetOf(monitor), whole, choices(nextPool)),
    proof(
      createMonitor,
      { ...monitor, uuid: randomUUID() },
      await withoutMonitor(stage, monitor),
      choices(nextPool),
    ),
  ]
}

/** A load balancer with a pool, and in it one of each. */
export async function prepareLoadBalancer({ bench, done }: Pick<ProofStage, 'bench' | 'done'>) {
  const loadBalancer = newLoadBalancer(bench, 'proved')
  const subnetUuid = randomUUID()
  const network = { uuid: randomUUID(), name: 'backend', zone: 'rma1', mtu: 9000 }
  await done(createNetwork, { ...common(bench), ...network, subnetUuid })
  const pool = newPool(loadBalancer, 'web')
  const listener = newListener(pool, 'http', 80)
  const member: CreateMemberRequest = {
    ...common(bench),
    poolUuid: pool.uuid,
    subnetUuid,
    name: 'web-1',
    address: '172.16.0.5',
    protocolPort: 80,
    monitorPort: null,
    isEnabled: true,
  }
  const monitor: CreateMonitorRequest = {
    ...common(bench),
    poolUuid: pool.uuid,
    type: 'http',
    delayS: 2,
    timeoutS: 1,
    upThreshold: 2,
    downThreshold: 3,
    http: { method: 'GET', urlPath: '/', version: '1.1', host: null, expectedCodes: ['200'] },
  }
  await done(createLoadBalancer, loadBalancer)
  await done(createPool, pool)
  await done(createMember, member)
  await done(createListener, listener)
  await done(createMonitor, monitor)
  const removal: Start = { action: deleteLoadBalancer, input: targetOf(loadBalancer) }
  const another: Start = { action: createLoadBalancer, input: newLoadBalancer(bench, 'another') }
  return { loadBalancer, pool, member, listener, monitor, removal, another }
}

/** The pool can be deleted then. */
async function withoutListener({ done, image }: ProofStage, listener: CreateListenerRequest) {
  await done(deleteListener, targetOf(listener))
  return image()
}

async function withoutMonitor({ done, image }: ProofStage, monitor: CreateMonitorRequest) {
  await done(deleteMonitor, targetOf(monitor))
  return image()
}

function common({ projectId, clock }: ActionsBench) {
  return { uuid: randomUUID(), projectId, tags: {}, createdAt: newCreatedAt(clock.now()) }
}

function newLoadBalancer(bench: ActionsBench, name: string): CreateLoadBalancerRequest {
  const kind = { zone: 'rma1', flavor: 'lb-standard', vipAddresses: [], changingMs: 0 }
  return { ...common(bench), name, ...kind }
}

function newFloatingIp({ projectId, uuid, createdAt }: CreateLoadBalancerRequest): CreateFloatingIpRequest {
  const kind = { version: 4, isNetwork: false, region: 'rma', reversePtr: undefined } as const
  const target = { server: undefined, loadBalancer: uuid }
  return { uuid: randomUUID(), projectId, ...kind, ...target, tags: {}, createdAt }
}

function newPool(
  { uuid: loadBalancerUuid, projectId, createdAt }: CreateLoadBalancerRequest,
  name: string,
): CreatePoolRequest {
  const kind = { algorithm: 'round_robin', protocol: 'tcp' } as const
  return { uuid: randomUUID(), projectId, loadBalancerUuid, name, ...kind, tags: {}, createdAt }
}

function newListener(
  { uuid: poolUuid, projectId, createdAt }: CreatePoolRequest,
  name: string,
  protocolPort: number,
): CreateListenerRequest {
  return {
    uuid: randomUUID(),
    projectId,
    poolUuid,
    name,
    protocol: 'tcp',
    protocolPort,
    allowedCidrs: [],
    timeoutClientDataMs: 50_000,
    timeoutMemberConnectMs: 5_000,
    timeoutMemberDataMs: 50_000,
    tags: {},
    createdAt,
  }
}
