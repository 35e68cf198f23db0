import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { VirtualClock } from '../testing/virtual-clock.ts'
import type { StepCaller } from './action.ts'
import { action, createThing, step, ToyRefusedException, type ToyWorld, toy } from './actions.fixture.ts'
import { dyingJournal, restart } from './crash.fixture.ts'
import type { Journal } from './engine/journal.ts'

// What is due at the same time happens at the same moment here, with nothing between: the hardest case for an order.
const ticks = new Map<number, Promise<void>>()

function tick(clock: VirtualClock, ms: number): Promise<void> {
  const atMs = clock.now() + ms
  const known = ticks.get(atMs) ?? clock.sleep(ms)
  ticks.set(atMs, known)
  return known
}

const answer = step('answer', {
  idempotent: true,
  input: z.object({ afterMs: z.number(), isRefused: z.boolean() }),
  output: z.string(),
  async do({ afterMs, isRefused }, { world }) {
    await tick(world.clock, afterMs)
    if (isRefused) throw new ToyRefusedException()
    return 'yes'
  },
  undo: 'nothing',
})

interface Contender {
  readonly afterMs: number
  readonly isRefused: boolean
  /** How many turns of the promise queue are between its result and what it does with it. */
  readonly depth: number
}

async function contend(
  { afterMs, isRefused, depth }: Contender,
  step: StepCaller<ToyWorld>,
  arrive: (how: string) => void,
): Promise<void> {
  let outcome = step(answer, { afterMs, isRefused }).catch(() => 'no')
  for (let turn = 0; turn < depth; turn++) outcome = outcome.then(value => value)
  arrive(await outcome)
}

/** The order of arrival decides what it does next: a replay that finds another order asks for another path. */
function race(contenders: readonly Contender[]) {
  return action('thing.race', {
    ...createThing.definition,
    steps: [answer],
    async run(_input, { step, sleep }) {
      const arrived: string[] = []
      const first = Promise.withResolvers<string>()
      const branch = (contender: Contender, name: string) => async (step: StepCaller<ToyWorld>) => {
        await contend(contender, step, how => {
          arrived.push(`${name}${how}`)
          first.resolve(name)
        })
        await sleep(`rest-of-${name}-after-${await first.promise}`, 5)
      }
      const named = contenders.map((contender, at) => [`b${at}`, branch(contender, `b${at}`)] as const)
      await step.all(Object.fromEntries(named))
      await step(answer, { afterMs: 1, isRefused: false }, { as: arrived.join('-') })
      return { box: arrived.join(' ') }
    },
  })
}

/** A journal whose commits take time, so that failures become durable later than results that came after them. */
function slow(journal: Journal, clock: VirtualClock): Journal {
  return {
    ...journal,
    async append(actionId, entries) {
      await journal.append(actionId, entries)
      await tick(clock, 5)
    },
  }
}

const contender = fc.record({
  afterMs: fc.constantFrom(5, 10),
  isRefused: fc.boolean(),
  depth: fc.constantFrom(0, 3, 30),
})

describe('a race between branches whose results come at the same moment', () => {
  it('is decided by the order in the journal, and the same way again after a crash anywhere (property)', async () => {
    const contenders = fc.array(contender, { minLength: 2, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(contenders, fc.nat(25), fc.boolean(), async (given, nth, isBefore) => {
        ticks.clear()
        const raced = race(given)
        const setup = toy([raced])
        const journal = dyingJournal(
          slow(setup.journal, setup.clock),
          nth + 2,
          isBefore ? 'before' : 'after',
          () => {
            setup.world.isCut = true
          },
        )
        const before = await setup.open({ journal })
        const { id } = await before.start(raced, { thing: 'a' })
        await setup.clock.advance(10_000)

        ticks.clear()
        const { after, actions } = await restart(setup, [raced])
        await after.clock.advance(60_000)

        expect(await actions.view(id)).toMatchObject({ state: 'succeeded', cause: undefined })
      }),
      { numRuns: 300 },
    )
  })
})
