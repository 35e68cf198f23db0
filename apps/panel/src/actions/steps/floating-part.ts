import type { EffectContext } from 'evenkeel/actions'
import { z } from 'zod'
import type { Cloud, ObjectState } from '../../cloud/cloud.ts'
import { type FloatingIpRecord, floatingIpRecords } from '../../records/floating-ips.ts'
import type { Db } from '../../records/tables.ts'
import { type PanelWorld, step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

/** What a floating IP has one of outside: what is set takes the place of what was there. */
export interface FloatingPart {
  readonly kind: 'route' | 'pointer'
  /** What it is called outside. */
  idOf(floatingIp: FloatingIpRecord): string
  /** What it is to be by now, whatever an action that runs is about to change; null for nothing. */
  valueNow(db: Db, floatingIp: FloatingIpRecord): Promise<string | null>
  set(cloud: Cloud, wanted: Wanted, signal: AbortSignal): Promise<Placed>
  find(cloud: Cloud, key: string, signal: AbortSignal): Promise<readonly Placed[]>
  get(cloud: Cloud, id: string, signal: AbortSignal): Promise<Placed | undefined>
  /** Removes it if it still carries the key. */
  remove(cloud: Cloud, id: string, key: string, signal: AbortSignal): Promise<void>
}

interface Wanted {
  readonly id: string
  readonly value: string
  readonly key: string
}

export interface Placed extends Wanted {
  readonly status: ObjectState
}

const Input = z.object({ floatingIpUuid: z.string(), id: z.string(), value: z.string() })

type Context = EffectContext<PanelWorld>
type UndoContext = Context & { readonly input: z.output<typeof Input> }

/**
 * Sets the part. An outside system has no fence that would keep a late effect from taking the place of what a later
 * action has set; but the records say what is to be there, and its undo makes it so. Thus no lock has to outlive the
 * action: whoever finds too late that an effect has come sets what is right by then (docs/decisions/0014).
 */
export function setPart(name: string, part: FloatingPart) {
  return step(name, {
    replaces: true,
    input: Input,
    output: z.object({ id: z.string() }),
    async do({ id, value }, { key, world: { cloud }, signal, until }) {
      const accepted = await part.set(cloud, { id, value, key }, signal)
      await settled(part.kind, accepted, until, () => carrying(key, part.get(cloud, id, signal)))
      return { id }
    },
    async find({ input: { floatingIpUuid, value }, key, world: { cloud, records }, signal }) {
      const set = await part.find(cloud, key, signal)
      const setBack = await part.find(cloud, keySetBack(key), signal)
      const { record, isOwn } = await recordFor(records.read, floatingIpUuid, key)
      const now = await part.valueNow(records.read, record)
      const isRight = isOwn || value === now
      const wrong = [...(isRight ? [] : set), ...setBack.filter(placed => placed.value !== now)]
      return [
        ...asFound(isRight ? set : [], ({ id }) => ({ id })),
        // What comes late has the id of what was kept, and is not that one.
        ...asFound(wrong, ({ id }) => ({ id: `${id}, which the records have otherwise` })),
      ]
    },
    undo: (_output, context) => setRight(part, context),
  })
}

/** Removes the part of a recorded floating IP, behind its deletion's pivot: its address is nobody else's until then. */
export function removePart(name: string, part: FloatingPart) {
  return step(name, {
    idempotent: true,
    input: z.object({ floatingIpUuid: z.string() }),
    output: z.null(),
    async do({ floatingIpUuid }, context) {
      const { cloud, records } = context.world
      const { record } = await recordFor(records.read, floatingIpUuid, context.key)
      const placed = await part.get(cloud, part.idOf(record), context.signal)
      if (placed !== undefined) await removed(part, placed, context)
      return null
    },
    undo: 'nothing',
  })
}

/** Removes what was found, and waits until it is gone or something else has taken its place. */
export async function removed(
  part: FloatingPart,
  { id, key }: Placed,
  { world: { cloud }, signal, until }: Context,
): Promise<void> {
  await part.remove(cloud, id, key, signal)
  await gone(part.kind, until, () => carrying(key, part.get(cloud, id, signal)))
}

/**
 * Makes the part what the records say, unless somebody else has set it: again, if they say otherwise by the time it is
 * done. Another action that runs is awaited, since only its end tells what it is to be.
 */
async function setRight(part: FloatingPart, context: UndoContext): Promise<void> {
  const { input, key, world, signal, until } = context
  const { floatingIpUuid, id } = input
  const { cloud, records } = world
  for (;;) {
    const { value } = await until(async () => {
      const { record, isOwn } = await recordFor(records.read, floatingIpUuid, key)
      const isSettled = isOwn || record.change === null || record.deletedAt !== null
      return isSettled ? { value: await part.valueNow(records.read, record) } : undefined
    })
    const placed = await part.get(cloud, id, signal)
    if (isInOrder(placed, value, key)) return
    if (value !== null) {
      const accepted = await part.set(cloud, { id, value, key: keySetBack(key) }, signal)
      await settled(part.kind, accepted, until, () => carrying(keySetBack(key), part.get(cloud, id, signal)))
    } else if (placed !== undefined) await removed(part, placed, context)
  }
}

function isInOrder(placed: Placed | undefined, value: string | null, key: string): boolean {
  if (placed === undefined) return value === null
  if (placed.key === keySetBack(key)) return placed.value === value && placed.status.state === 'ready'
  return placed.key !== key
}

/** What an undo sets stays, and so is not under the key of the step that is undone. */
function keySetBack(key: string): string {
  return `set-back/${key}`
}

/** A floating IP, and whether the action that the key is of is the one that makes or changes it. */
async function recordFor(
  db: Db,
  uuid: string,
  key: string,
): Promise<{ record: FloatingIpRecord; isOwn: boolean }> {
  const record = await floatingIpRecords.findAny(db, uuid)
  if (record === undefined) throw new TypeError(`there is no record of the floating IP ${uuid}`)
  return { record, isOwn: key.startsWith(`${record.change?.actionId}/`) }
}

async function carrying(key: string, placed: Promise<Placed | undefined>): Promise<Placed | undefined> {
  const found = await placed
  return found?.key === key ? found : undefined
}
