import type { DeedOptions } from './deed.ts'
import { thingsMaxPerKind } from './order-thing.ts'
import { remove } from './thing-asks.ts'
import { isThere, thingKinds } from './things.ts'

/** Deletes one thing, also one that somebody is at: deleting always works, but for what others still need. */
export async function removeOne(options: DeedOptions): Promise<void> {
  const { model, chance } = options
  const there = model.things.filter(isThere)
  if (!chance.hits(there.length / (thingsMaxPerKind * thingKinds.length))) return
  // Each kind as often as any other: of what others need, most are refused.
  const kind = chance.oneOf([...new Set(there.map(({ kind }) => kind))])
  await remove(options, chance.oneOf(there.filter(thing => thing.kind === kind)))
}
