import type { HttpCall } from 'evenkeel/client'
import { eventually } from '../../src/demo/eventually.ts'
import { allOver } from './all-over.ts'
import type { CrashOperator } from './crash-operator.ts'
import type { Customer } from './customer.ts'
import { type Finding, finding } from './finding.ts'
import type { SeenServer } from './seen.ts'

export interface UsabilityOptions {
  readonly customer: Customer
  readonly operator: CrashOperator
}

/** Within how long an object that nothing happens to takes on something new, in milliseconds. */
const admittedMsMax = 10_000
const endedMsMax = 30_000

/**
 * Proves that everything can be gone on with: every server is changed once more and then deleted, every volume is
 * deleted, and of all that nothing is left, so that a new server gets the first addresses of the pool again.
 *
 * @throws {NeverHappenedException} something never ends
 */
export async function checkUsability({ customer, operator }: UsabilityOptions): Promise<readonly Finding[]> {
  const { servers, volumes } = await customer.look()
  const changed = await Promise.all(servers.map(server => changeOnce(customer, server)))
  const removedServers = await Promise.all(servers.map(server => remove(customer, 'server', server.uuid)))
  const roots = new Set(servers.map(server => server.volumes[0]?.uuid))
  const further = volumes.filter(({ uuid }) => !roots.has(uuid))
  const removedVolumes = await Promise.all(further.map(({ uuid }) => remove(customer, 'volume', uuid)))
  const { findings: neverOver } = await allOver(operator)
  const emptied = await checkEmpty(operator)
  const fresh = await checkFresh(customer)
  const { findings: freshNeverOver } = await allOver(operator)
  return [
    ...changed.flat(),
    ...removedServers.flat(),
    ...removedVolumes.flat(),
    ...neverOver,
    ...emptied,
    ...fresh,
    ...freshNeverOver,
    ...(await checkEmpty(operator)),
  ]
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

function remove(customer: Customer, kind: 'server' | 'volume', uuid: string): Promise<readonly Finding[]> {
  return accepted(customer, `${kind} ${uuid}`, { method: 'DELETE', path: `/${kind}s/${uuid}` })
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
  const given = interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address))
  const kept = firstAddresses.filter(address => !given.includes(address))
  return [
    ...kept.map(address => finding(`the address ${address}`, 'is held for something that is gone')),
    ...(await remove(customer, 'server', uuid)),
  ]
}

const firstAddresses = ['203.0.113.2', '2001:db8:1::10']
const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== crash'
