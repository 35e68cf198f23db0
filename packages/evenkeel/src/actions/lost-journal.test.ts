import { describe, expect, it } from 'vitest'
import { createThing, toy } from './actions.fixture.ts'
import { memoryJournal } from './engine/memory/memory-journal.ts'

/** The next process, whose journal knows nothing of an action that has made a port and a disk. */
async function restartWithoutHistory() {
  const before = toy()
  await (await before.open()).start(createThing, { thing: 'a' })
  await before.clock.advance(25)
  before.world.isCut = true
  const after = toy()
  after.world.startFrom(before.world)
  const journal = { ...memoryJournal(), id: before.journal.id }
  const actions = await after.open({ journal, database: before.database })
  return { ...after, actions, database: before.database }
}

describe('an admitted action that the journal has lost', () => {
  it('asks for what it has made before, keeps it, and goes on', async () => {
    const { clock, world, database } = await restartWithoutHistory()
    expect(world.kinds()).toEqual(['disk', 'port'])

    await clock.advance(600_000)

    expect(database.read.records).toEqual({ things: { a: 'ready' }, ends: ['succeeded'] })
    expect(world.kinds()).toEqual(['box', 'disk', 'port'])
  })

  it('leaves nothing when it fails then', async () => {
    const { clock, world, database } = await restartWithoutHistory()
    world.order('box.create', 'refuse')

    await clock.advance(600_000)

    expect(database.read.records).toEqual({ things: {}, ends: ['rolled-back'] })
    expect(world.kinds()).toEqual([])
  })

  it('can not be called off before it has come by all that it may have made', async () => {
    const { actions, clock, world } = await restartWithoutHistory()
    const [summary] = await actions.list()

    expect(summary && (await actions.cancel(summary.id, 'too early'))).toBe(false)
    await clock.advance(600_000)
    expect(world.kinds()).toEqual(['box', 'disk', 'port'])
  })
})
