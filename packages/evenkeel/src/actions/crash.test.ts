import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createThing, type ToyFault, toy } from './actions.fixture.ts'
import { dyingJournal, restart } from './crash.fixture.ts'
import type { Journal } from './engine/journal.ts'

async function surviveCrash(fault: ToyFault, operation: string, nth: number, when: 'before' | 'after') {
  const setup = toy()
  setup.world.order(operation, fault)
  let hasDied = false
  const journal = dyingJournal(setup.journal, nth, when, () => {
    hasDied = true
    setup.world.isCut = true
  })
  const before = await setup.open({ journal })
  await before.start(createThing, { thing: 'a' })
  await setup.clock.advance(20_000)

  const { after, actions } = await restart(setup)
  await after.clock.advance(600_000)
  const again = await actions.start(createThing, { thing: 'b' })
  await after.clock.run(again.end)

  const { things, ends } = setup.database.read.records
  return {
    hasDied,
    things,
    ends,
    kinds: after.world.kinds(),
    residue: await actions.residue(),
    admitted: setup.database.read.admitted,
  }
}

describe('a crash', () => {
  const faults: readonly (readonly [ToyFault, string])[] = [
    ['none', 'box.create'],
    ['refuse', 'box.create'],
    ['lose-answer', 'disk.create'],
    ['error-state', 'box.create'],
    ['busy', 'port.create'],
  ]
  for (const [fault, operation] of faults) {
    for (const when of ['before', 'after'] as const) {
      it(`${when} any journal write, with ${fault} at ${operation}: ends usable, and leaves no orphan`, async () => {
        let reached = 0
        for (let nth = 1; nth <= 40; nth++) {
          const { hasDied, things, ends, kinds, residue, admitted } = await surviveCrash(
            fault,
            operation,
            nth,
            when,
          )
          if (!hasDied) break
          reached++
          const one = ['box', 'disk', 'port']
          const expected = things['a'] === 'ready' ? [...one, ...one].sort() : one
          expect({ nth, kinds }).toEqual({ nth, kinds: expected })
          expect(things).toEqual(things['a'] === 'ready' ? { a: 'ready', b: 'ready' } : { b: 'ready' })
          expect(ends).toHaveLength(2)
          expect(residue).toEqual([])
          expect(admitted).toEqual([])
        }
        expect(reached).toBeGreaterThan(5)
      })
    }
  }

  it('after an end that was told, and whose entry never reached the disk: it is not ended twice, and who got its lock goes on', async () => {
    const setup = toy()
    let isLost = false
    const journal: Journal = {
      ...setup.journal,
      append(actionId, entries) {
        isLost ||= entries.some(({ kind }) => kind === 'ended')
        return isLost ? new Promise<never>(() => {}) : setup.journal.append(actionId, entries)
      },
    }
    const before = await setup.open({ journal })
    const first = await before.start(createThing, { thing: 'a' })
    const told = await setup.clock.run(first.end)
    const second = await before.start(createThing, { thing: 'a' })
    await setup.clock.advance(1_000)

    const { after, actions } = await restart(setup)
    await after.clock.advance(600_000)

    expect(told.kind).toBe('succeeded')
    expect(setup.database.read.records.ends).toEqual(['succeeded', 'succeeded'])
    expect([(await actions.view(first.id))?.state, (await actions.view(second.id))?.state]).toEqual([
      'succeeded',
      'succeeded',
    ])
    expect(after.world.kinds()).toEqual(['box', 'box', 'disk', 'disk', 'port', 'port'])
    expect([setup.database.read.admitted, actions.holderOf('thing:a')]).toEqual([[], undefined])
  })

  it('at any point, with any two faults anywhere, ends usable and leaves no orphan (property)', async () => {
    const fault = fc.constantFrom<ToyFault>(
      'refuse',
      'busy',
      'lose-answer',
      'late-effect',
      'error-state',
      'hang',
    )
    const operation = fc.constantFrom(
      'port.create',
      'disk.create',
      'box.create',
      'port.remove',
      'disk.remove',
      'box.remove',
      'box.find',
      'disk.find',
    )
    await fc.assert(
      fc.asyncProperty(
        fault,
        operation,
        fault,
        operation,
        fc.nat(25),
        fc.boolean(),
        async (first, at, second, then, nth, isBefore) => {
          const setup = toy()
          setup.world.order(at, first).order(then, second)
          const journal = dyingJournal(setup.journal, nth + 1, isBefore ? 'before' : 'after', () => {
            setup.world.isCut = true
          })
          const before = await setup.open({ journal })
          await before.start(createThing, { thing: 'a' })
          await setup.clock.advance(300_000)

          const { after, actions } = await restart(setup)
          await after.clock.advance(1_200_000)

          const { things, ends } = setup.database.read.records
          expect(ends).toHaveLength(1)
          expect(after.world.kinds()).toEqual(things['a'] === 'ready' ? ['box', 'disk', 'port'] : [])
          expect(await actions.residue()).toEqual([])
        },
      ),
      { numRuns: 150 },
    )
  })
})
