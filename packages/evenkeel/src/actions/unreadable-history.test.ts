import { describe, expect, it } from 'vitest'
import { createThing, toy } from './actions.fixture.ts'
import type { Journal } from './engine/journal.ts'
import { LockedException } from './exceptions.ts'

/** The next process, whose journal can't read the history of one action. */
async function restartWith(unreadable: (journal: Journal, id: string) => Journal) {
  const before = toy()
  const broken = await (await before.open()).start(createThing, { thing: 'a' })
  await before.clock.advance(15) // its first effect is under way
  before.world.isCut = true
  const after = toy()
  after.world.startFrom(before.world)
  const journal = unreadable(before.journal, broken.id)
  const actions = await after.open({ journal, database: before.database })
  return { ...after, actions, broken, database: before.database }
}

const setAside = (journal: Journal, id: string): Journal => ({
  ...journal,
  async *open() {
    for await (const history of journal.open()) if (history.actionId !== id) yield history
  },
  async setAside() {
    const [history] = await journal.query({})
    return history === undefined
      ? []
      : [{ actionId: history.actionId, name: 'thing.create', reason: 'its entry 1 of 2 is not one', atMs: 1 }]
  },
})

const contradictory = (journal: Journal): Journal => ({
  ...journal,
  async *open() {
    for await (const { actionId, entries } of journal.open()) yield { actionId, entries: entries.slice(1) }
  },
})

describe.each([
  ['is set aside', setAside],
  ['contradicts itself', contradictory],
])('an action whose history %s', (_, unreadable) => {
  it('is not begun again: nobody knows what it has done', async () => {
    const { clock, world, database } = await restartWith(unreadable)

    await clock.advance(60_000)

    expect(world.calls).toEqual([])
    expect(database.read.admitted).toHaveLength(1)
  })

  it('keeps its locks, and the others go on', async () => {
    const { clock, actions, broken } = await restartWith(unreadable)

    const rival = actions.start(createThing, { thing: 'a' }, { waitMs: 10 })
    rival.catch(() => {})
    const other = await actions.start(createThing, { thing: 'b' })

    expect(await clock.run(other.end)).toMatchObject({ kind: 'succeeded' })
    await expect(rival).rejects.toThrow(LockedException)
    expect(actions.holderOf('thing:a')).toMatchObject({ id: broken.id })
  })
})
