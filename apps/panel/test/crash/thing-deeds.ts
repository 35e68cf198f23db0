import { type Exception, type Json, NotFoundException } from 'evenkeel'
import type { HttpCall } from 'evenkeel/client'
import type { Reply } from './customer.ts'
import { type DeedOptions, mayRefuseDeletion, settle } from './deed.ts'
import { finding } from './finding.ts'
import { type Answer, type Ask, ask, deletionOf } from './model.ts'
import { idOf, type SeenObject } from './seen.ts'
import {
  type FieldName,
  type FieldValue,
  isThere,
  labelOfThing,
  nameTag,
  type OwnedThing,
  paths,
  type ThingKind,
  thingKinds,
} from './things.ts'

/** Few enough for each of them to be struck often. */
const thingsMaxPerKind = 6
const mtus = [1500, 4000, 9000]

/** Orders one thing, perhaps one that belongs to another at once. */
export async function orderOne(options: DeedOptions): Promise<void> {
  const { model, chance } = options
  const kind = chance.oneOf(thingKinds)
  if (model.things.filter(thing => thing.kind === kind && isThere(thing)).length >= thingsMaxPerKind) return
  await orders[kind](options)
}

const orders: Readonly<Record<ThingKind, (options: DeedOptions) => Promise<void>>> = {
  network(options) {
    const mtu = options.chance.oneOf(mtus)
    return order(options, 'network', { mtu }, name => ({ name, mtu }))
  },

  async volume(options) {
    const server = runningServer(options)
    const sizeGb = options.chance.whole(1, 20)
    const servers = server === undefined ? {} : { servers: [server] }
    await order(options, 'volume', { sizeGb, server: server ?? null }, name => ({
      name,
      size_gb: sizeGb,
      ...servers,
    }))
  },

  async 'volume-snapshot'(options) {
    await withThing(options, 'volume', async volume => {
      const source = volume.id ?? null
      await order(options, 'volume-snapshot', {}, name => ({ name, source_volume: source }), volume)
    })
  },

  async 'floating-ip'(options) {
    const server = runningServer(options)
    const version = options.chance.oneOf([4, 6])
    await order(options, 'floating-ip', { server: server ?? null }, () => ({
      ip_version: version,
      ...(server !== undefined && { server }),
    }))
  },

  'server-group': options => order(options, 'server-group', {}, name => ({ name, type: 'anti-affinity' })),
}

/** Changes one thing: what does not make sense is refused, and nobody may come to harm by that either. */
export async function changeOne(options: DeedOptions): Promise<void> {
  const { chance } = options
  const kind = chance.weighted<ThingKind>([
    [2, 'network'],
    [6, 'volume'],
    [3, 'floating-ip'],
  ])
  await withThing(options, kind, async thing => {
    if (kind === 'network') {
      const mtu = chance.oneOf(mtus)
      return change(options, thing, 'network.change', ['mtu', mtu], { mtu })
    }
    const server = runningServer(options)
    if (kind === 'volume') return changeVolume(options, thing, server)
    if (server !== undefined)
      await change(options, thing, 'floating-ip.change', ['server', server], { server })
  })
}

async function changeVolume(
  options: DeedOptions,
  thing: OwnedThing,
  server: string | undefined,
): Promise<void> {
  const { model, chance } = options
  const sizeGb = Math.max(...(thing.may.sizeGb as readonly number[])) + chance.whole(1, 10)
  const snapshot = model.things.findLast(snapshot => snapshot.of === thing && isThere(snapshot))
  const choices: (readonly [weight: number, choice: () => Promise<void>])[] = [
    [3, () => change(options, thing, 'volume.resize', ['sizeGb', sizeGb], { size_gb: sizeGb })],
    [3, () => change(options, thing, 'volume.detach', ['server', null], { servers: [] })],
  ]
  if (server !== undefined)
    choices.push([
      4,
      () => change(options, thing, 'volume.attach', ['server', server], { servers: [server] }),
    ])
  if (snapshot?.id !== undefined) {
    const call = {
      method: 'POST',
      path: `/volumes/${thing.id}/revert`,
      body: { snapshot: snapshot.id },
    } as const
    choices.push([4, async () => void (await request(options, thing, 'volume.revert', call))])
  }
  await chance.weighted(choices)()
}

/** Also of what somebody is at: deleting always works, but for what others still need. */
export async function removeOne(options: DeedOptions): Promise<void> {
  const { model, customer, findings, chance } = options
  const there = model.things.filter(isThere)
  if (!chance.hits(there.length / (thingsMaxPerKind * thingKinds.length))) return
  const thing = chance.oneOf(there)
  const deletion = ask(thing, `${thing.kind}.delete`)
  const path = `${paths[thing.kind]}/${thing.id}`
  const reply = await customer.ask(labelOfThing(thing), { method: 'DELETE', path })
  settle(deletion, reply)
  if (reply.kind === 'refused' && !mayRefuseDeletion(reply.exception) && !isNeeded(reply.exception))
    findings.push(finding(labelOfThing(thing), `could not be deleted: ${reply.exception.message}`))
}

function isNeeded({ className }: Exception): boolean {
  return className === 'NetworkInUseException' || className === 'VolumeHasSnapshotsException'
}

async function order(
  { model, customer, isEnding }: DeedOptions,
  kind: ThingKind,
  fields: { readonly [Field in FieldName]?: FieldValue },
  bodyOf: (name: string) => { readonly [field: string]: Json },
  of?: OwnedThing,
): Promise<void> {
  const may = Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, [value]]))
  const thing = model.orderThing(kind, may, of)
  const body = { ...bodyOf(thing.name), tags: { [nameTag]: thing.name } }
  const reply = await customer.ask(thing.name, { method: 'POST', path: paths[kind], body })
  settleWhenDone(thing.asks[0], reply, isEnding)
  if (reply.kind === 'acknowledged') thing.id = idOf(reply.body as SeenObject)
}

async function change(
  options: DeedOptions,
  thing: OwnedThing,
  action: string,
  [field, value]: readonly [FieldName, FieldValue],
  body: { readonly [field: string]: Json },
): Promise<void> {
  const before = thing.may[field] ?? []
  thing.may[field] = [...before, value]
  const path = `${paths[thing.kind]}/${thing.id}`
  const answer = await request(options, thing, action, { method: 'PATCH', path, body })
  if (answer === 'acknowledged') thing.may[field] = [value]
  if (answer === 'refused') thing.may[field] = before
}

/** @returns the answer, by which the field that it changes has one value or the other, or may have both */
async function request(
  { customer, findings, isEnding }: DeedOptions,
  thing: OwnedThing,
  action: string,
  call: HttpCall,
): Promise<Answer> {
  const asked = ask(thing, action)
  const reply = await customer.ask(labelOfThing(thing), call)
  settleWhenDone(asked, reply, isEnding)
  const { answer } = asked
  // Acknowledged, and no action: it was as it was asked to be.
  if (reply.kind === 'acknowledged' && reply.actionId === undefined) asked.answer = 'refused'
  const isLost = reply.kind === 'refused' && reply.exception instanceof NotFoundException
  if (isLost && deletionOf(thing) === undefined)
    findings.push(finding(labelOfThing(thing), `is lost: ${reply.exception.message}`, thing.asks[0].actionId))
  return answer
}

/** What is answered when it is done may, while the panel ends, be answered before: then either is right. */
function settleWhenDone(asked: Ask, reply: Reply, isEnding: () => boolean): void {
  settle(asked, reply)
  if (reply.kind === 'acknowledged' && isEnding()) asked.answer = 'lost'
}

/** Works on something that must be there and that nobody else works on. */
async function withThing(
  { model, chance }: Pick<DeedOptions, 'model' | 'chance'>,
  kind: ThingKind,
  work: (thing: OwnedThing) => Promise<void>,
): Promise<void> {
  const free = model.things.filter(thing => thing.kind === kind && isThere(thing) && !thing.isClaimed)
  if (free.length === 0) return
  const thing = chance.oneOf(free)
  thing.isClaimed = true
  try {
    await work(thing)
  } finally {
    thing.isClaimed = false
  }
}

/** Mostly one; sometimes none is wanted, or there. */
function runningServer({ model, chance }: Pick<DeedOptions, 'model' | 'chance'>): string | undefined {
  const running = model.present.filter(({ hasRun }) => hasRun)
  return running.length > 0 && chance.hits(0.7) ? chance.oneOf(running).uuid : undefined
}
