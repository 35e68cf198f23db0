import type { HttpCall } from 'evenkeel/client'
import { eventually } from '../../src/demo/eventually.ts'
import { allOver } from './all-over.ts'
import type { CrashOperator } from './crash-operator.ts'
import type { Customer } from './customer.ts'
import { type Finding, finding } from './finding.ts'
import {
  idOf,
  type SeenFloatingIp,
  type SeenLoadBalancer,
  type SeenNetwork,
  type SeenObject,
  type SeenRouter,
  type SeenServer,
} from './seen.ts'

export interface UsabilityOptions {
  readonly customer: Customer
  readonly operator: CrashOperator
}

/** Within how long an object that nothing happens to takes on something new, in milliseconds. */
const admittedMsMax = 10_000
const endedMsMax = 30_000

/**
 * Proves that everything can be gone on with: every server, load balancer and router is changed once more, everything is
 * deleted, and of all that nothing is left, so that a new server gets the first addresses of the pools again.
 *
 * @throws {NeverHappenedException} something never ends
 */
export async function checkUsability({ customer, operator }: UsabilityOptions): Promise<readonly Finding[]> {
  const { servers, loadBalancers, routers } = await customer.look()
  const changed = await Promise.all([
    ...servers.map(server => changeOnce(customer, server)),
    ...loadBalancers.map(loadBalancer => givePool(customer, loadBalancer)),
    ...routers.map(router => giveInterface(customer, router)),
  ])
  const removed = await removeAll(customer)
  const { findings: neverOver } = await allOver(operator)
  const emptied = await checkEmpty(operator)
  const fresh = await checkFresh(customer)
  const { findings: freshNeverOver } = await allOver(operator)
  return [
    ...changed.flat(),
    ...removed,
    ...neverOver,
    ...emptied,
    ...fresh,
    ...freshNeverOver,
    ...(await checkEmpty(operator)),
  ]
}

/** What others need is deleted after what needs it, and waits for nothing but snapshots to be gone. */
async function removeAll(customer: Customer): Promise<readonly Finding[]> {
  const seen = await customer.look()
  const { servers, volumes } = seen
  const roots = new Set(servers.map(({ volumes: [root] }) => root?.uuid))
  const findings: Finding[] = []
  const removeEach = async (path: string, objects: readonly SeenObject[]) => {
    const removed = await Promise.all(objects.map(object => remove(customer, `${path}/${idOf(object)}`)))
    findings.push(...removed.flat())
  }
  await removeEach('/floating-ips', seen.floatingIps)
  await removeEach('/volume-snapshots', seen.snapshots)
  const isGone = async () => ((await customer.look()).snapshots.length === 0 ? true : undefined)
  await eventually('the snapshots to be gone', isGone, { withinMs: endedMsMax, everyMs: 200 })
  await removeEach('/load-balancers', seen.loadBalancers)
  await removeEach('/routers', seen.routers)
  await removeEach('/servers', servers)
  await removeEach(
    '/volumes',
    volumes.filter(({ uuid }) => !roots.has(uuid)),
  )
  await removeEach('/networks', seen.networks)
  await removeEach('/server-groups', seen.serverGroups)
  await removeEach('/objects-users', seen.objectsUsers)
  await removeEach('/custom-images', seen.imports)
  return findings
}

async function changeOnce(customer: Customer, { uuid, status }: SeenServer): Promise<readonly Finding[]> {
  const [asked, wanted] = status === 'running' ? ['stop', 'stopped'] : ['start', 'running']
  const object = `server ${uuid}`
  const refused = await accepted(customer, object, { method: 'POST', path: `/servers/${uuid}/${asked}` })
  if (refused.length > 0) return refused
  const isWanted = async () => {
    const { servers } = await customer.look()
    return servers.some(server => server.uuid === uuid && server.status === wanted) ? true : undefined
  }
  await eventually(`${object} to be ${wanted}`, isWanted, { withinMs: endedMsMax, everyMs: 200 })
  return []
}

function givePool(customer: Customer, { uuid }: SeenLoadBalancer): Promise<readonly Finding[]> {
  const body = { name: 'crash-last', load_balancer: uuid, algorithm: 'round_robin', protocol: 'tcp' }
  const call = { method: 'POST', path: '/load-balancers/pools', body } as const
  return accepted(customer, `load balancer ${uuid}`, call)
}

/** On a network that nobody else is on: it has a subnet of its own, as long as all others are elsewhere. */
async function giveInterface(customer: Customer, { uuid }: SeenRouter): Promise<readonly Finding[]> {
  const object = `router ${uuid}`
  const made = await customer.ask(object, { method: 'POST', path: '/networks', body: { name: 'crash-last' } })
  if (made.kind !== 'acknowledged') return [finding(object, 'has no network to be put on')]
  const body = { network: (made.body as SeenNetwork).uuid }
  return accepted(customer, object, { method: 'POST', path: `/routers/${uuid}/interfaces`, body })
}

function remove(customer: Customer, path: string): Promise<readonly Finding[]> {
  return accepted(customer, path, { method: 'DELETE', path })
}

/** A call that must be accepted, and soon: whatever held the object's lock is over. */
async function accepted(customer: Customer, object: string, call: HttpCall): Promise<readonly Finding[]> {
  const reply = await customer.ask(object, { ...call, timeoutMs: admittedMsMax })
  if (reply.kind === 'acknowledged') return []
  const why = reply.kind === 'lost' ? 'the answer was lost' : reply.exception.message
  return [finding(object, `does not take on anything new (${call.method} ${call.path}): ${why}`)]
}

async function checkEmpty(operator: CrashOperator): Promise<readonly Finding[]> {
  const objects = await operator.objects()
  const quotaUse = await operator.quotaUse()
  const isQuotaFree = Object.values(quotaUse).every(amount => amount === 0)
  return [
    ...objects.map(({ kind, id, key }) =>
      finding(`${kind} ${id}`, `is left in the cloud, of ${key}`, key.split('/', 1)[0]),
    ),
    ...(isQuotaFree
      ? []
      : [finding("the project's quota", `is used by nothing: ${JSON.stringify(quotaUse)}`)]),
  ]
}

/** The first addresses of the pools are given out again: none is held for something that is gone. */
async function checkFresh(customer: Customer): Promise<readonly Finding[]> {
  const reply = await customer.ask('a new server', {
    method: 'POST',
    path: '/servers',
    body: { name: 'crash-fresh', flavor: 'flex-4-1', image: 'debian-13', ssh_keys: [sshKey] },
    timeoutMs: admittedMsMax,
  })
  if (reply.kind !== 'acknowledged') return [finding('a new server', 'is not taken on')]
  const { uuid, interfaces } = reply.body as SeenServer
  const floating = await customer.ask('a new floating IP', {
    method: 'POST',
    path: '/floating-ips',
    body: { ip_version: 4, server: uuid },
    timeoutMs: admittedMsMax,
  })
  if (floating.kind !== 'acknowledged') return [finding('a new floating IP', 'is not taken on')]
  const floatingIp = floating.body as SeenFloatingIp
  const given = interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address))
  const kept = firstAddresses.filter(address => ![...given, idOf(floatingIp)].includes(address))
  return [
    ...kept.map(address => finding(`the address ${address}`, 'is held for something that is gone')),
    ...(await remove(customer, `/floating-ips/${idOf(floatingIp)}`)),
    ...(await remove(customer, `/servers/${uuid}`)),
  ]
}

const firstAddresses = ['203.0.113.2', '2001:db8:1::10', '192.0.2.1']
const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== crash'
