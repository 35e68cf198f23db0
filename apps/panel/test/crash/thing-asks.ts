import { type Exception, type Json, NotFoundException } from 'evenkeel'
import type { HttpCall } from 'evenkeel/client'
import { noteRolledBack } from './check-things.ts'
import type { Reply } from './customer.ts'
import { type DeedOptions, mayRefuseDeletion, settle } from './deed.ts'
import { finding } from './finding.ts'
import { type Answer, type Ask, ask } from './model.ts'
import { idOf, type SeenObject } from './seen.ts'
import {
  endOf,
  type FieldName,
  type Fields,
  type FieldValue,
  isShownChanging,
  isThere,
  labelOfThing,
  listOf,
  nameTag,
  type OwnedThing,
  pathOf,
  type ThingKind,
} from './things.ts'

export interface Order {
  /** What it is to be like. @default nothing that is looked at */
  readonly fields?: Fields
  /** What it is to belong to. @default nothing */
  readonly of?: OwnedThing | undefined
  /** The body of the request, but for the tags. */
  readonly body: (name: string) => { readonly [field: string]: Json }
}

/** Orders something. */
export async function order(
  { model, customer, isEnding }: DeedOptions,
  kind: ThingKind,
  { fields, of, body }: Order,
): Promise<void> {
  const thing = model.orderThing(kind, fields, of)
  const reply = await customer.ask(thing.name, {
    method: 'POST',
    path: listOf(thing),
    body: { ...body(thing.name), tags: { [nameTag]: thing.name } },
  })
  if (isShownChanging(thing)) settle(thing.asks[0], reply)
  else settleWhenDone(thing.asks[0], reply, isEnding)
  if (reply.kind === 'acknowledged') thing.id = idOf(reply.body as SeenObject)
}

export interface Change {
  readonly action: string
  readonly field: FieldName
  /** What the field is to be, from what it was. */
  readonly to: (before: FieldValue) => FieldValue
  readonly call: HttpCall
}

/** Changes a field: it has one value or the other, or may have both. */
export async function change(
  options: DeedOptions,
  thing: OwnedThing,
  { action, field, to, call }: Change,
): Promise<void> {
  const before = thing.may[field] ?? []
  const wanted = before.map(to)
  thing.may[field] = [...new Set([...before, ...wanted])]
  const answer = await request(options, thing, action, call)
  if (answer === 'acknowledged') thing.may[field] = [...new Set(wanted)]
  if (answer === 'refused') thing.may[field] = before
}

/** Asks for something to be done to a thing. @returns the answer */
export async function request(
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
  if (reply.kind === 'refused' && isLoss(thing, reply.exception))
    findings.push(finding(labelOfThing(thing), `is lost: ${reply.exception.message}`, thing.asks[0].actionId))
  return answer
}

/** Deletes a thing: only what others still need may be refused. */
export async function remove({ customer, findings }: DeedOptions, thing: OwnedThing): Promise<void> {
  const deletion = ask(thing, `${thing.kind}.delete`)
  const reply = await customer.ask(labelOfThing(thing), { method: 'DELETE', path: pathOf(thing) })
  settle(deletion, reply)
  if (reply.kind === 'refused' && !mayRefuseDeletion(reply.exception) && !isNeeded(reply.exception))
    findings.push(finding(labelOfThing(thing), `could not be deleted: ${reply.exception.message}`))
}

/** One that must be there, mostly such that what asks for it need not wait for its creation; undefined if there is none. */
export function oneOf(
  { model, chance }: Pick<DeedOptions, 'model' | 'chance'>,
  kind: ThingKind,
): OwnedThing | undefined {
  const there = model.things.filter(thing => thing.kind === kind && isThere(thing))
  const done = there.filter(thing => thing.hasRun || !isShownChanging(thing))
  const choices = done.length > 0 && chance.hits(0.8) ? done : there
  return choices.length === 0 ? undefined : chance.oneOf(choices)
}

/** Works on something that must be there and that nobody else works on. */
export async function withThing(
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
export function runningServer({ model, chance }: Pick<DeedOptions, 'model' | 'chance'>): string | undefined {
  const running = model.present.filter(({ hasRun }) => hasRun)
  return running.length > 0 && chance.hits(0.7) ? chance.oneOf(running).uuid : undefined
}

/** What is answered when it is done may, while the panel ends, be answered before: then either is right. */
function settleWhenDone(asked: Ask, reply: Reply, isEnding: () => boolean): void {
  settle(asked, reply)
  if (reply.kind === 'acknowledged' && isEnding()) asked.answer = 'lost'
}

/** Nobody may be told that something is not there, but who deleted it or whose creation failed. */
export function isLoss(thing: OwnedThing, exception: Exception): boolean {
  // An interface that has been seen may have been undone since: whoever asked for it got no answer.
  const isOfThing = exception.className !== 'RouterInterfaceNotFoundException'
  if (!(exception instanceof NotFoundException) || !isOfThing) return false
  return !noteRolledBack(thing, exception.message) && endOf(thing) === undefined
}

const needs: ReadonlySet<string> = new Set([
  'NetworkInUseException',
  'SubnetInUseException',
  'VolumeHasSnapshotsException',
  'PoolInUseException',
])

function isNeeded({ className }: Exception): boolean {
  return needs.has(className)
}
