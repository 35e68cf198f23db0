import type { MemoryDb } from '../testing/memory-database.ts'
import { type Toy, type ToyRecords, type ToyWorld, toy } from './actions.fixture.ts'
import type { ActionsOptions } from './actions.ts'
import type { Journal } from './engine/journal.ts'

/** Dies at the n-th append: before it is written, or after and before anyone hears of it. Nothing goes on afterwards. */
export function dyingJournal(
  journal: Journal,
  nth: number,
  when: 'before' | 'after',
  die: () => void,
): Journal & { readonly appends: number } {
  let appends = 0
  return {
    ...journal,
    get appends() {
      return appends
    },
    append(actionId, entries) {
      appends++
      if (appends > nth) return new Promise<never>(() => {})
      if (appends < nth) return journal.append(actionId, entries)
      if (when === 'after') void journal.append(actionId, entries)
      die()
      return new Promise<never>(() => {})
    },
  }
}

/** The next process: the same journal, database and objects; nothing of the old one is running. */
export async function restart(
  { world, database, clock, journal }: Toy,
  actions?: ActionsOptions<ToyWorld, MemoryDb<ToyRecords>>['actions'],
) {
  world.isCut = true
  await clock.advance(10_000) // effects that were under way come about
  const after = toy(actions)
  after.world.startFrom(world)
  return { after, actions: await after.open({ journal, database }) }
}
