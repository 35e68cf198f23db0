import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  action,
  createThing,
  makeBox,
  makePort,
  poll,
  removes,
  ToyTimeoutException,
  type ToyWorld,
  toy,
} from './actions.fixture.ts'
import type { ActionsOptions } from './actions.ts'
import { dyingJournal, restart } from './crash.fixture.ts'
import {
  ActionCancelledException,
  ActionDeadlineException,
  BrokenObjectException,
  PollTimeoutException,
} from './exceptions.ts'

type Run = typeof createThing.definition.run

const hourMs = 3_600_000

function creating(run: Run, change: Partial<typeof createThing.definition> = {}) {
  return action('thing.create', { ...createThing.definition, ...change, run })
}

describe('a sleep', () => {
  const napping = creating(async ({ thing }, { step, sleep }) => {
    await step(makePort, { thing })
    await sleep('cool-down', hourMs)
    return { box: (await step(makeBox, { thing })).id }
  })

  it('lets its time pass', async () => {
    const { open, clock } = toy([napping])
    const actions = await open()
    const startedAtMs = clock.now()

    const { end } = await actions.start(napping, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
    expect(clock.now() - startedAtMs).toBe(hourMs + 20)
  })

  it('is slept only for the rest after a restart, and not again once it is over', async () => {
    const { open, clock } = toy([napping])
    const before = await open()
    const startedAtMs = clock.now()
    const { id } = await before.start(napping, { thing: 'a' })
    await clock.advance(hourMs / 2)
    await clock.run(before.stop())

    await clock.advance(hourMs / 4)
    const between = await open()
    await clock.advance(hourMs / 4 + 15)
    await clock.run(between.stop())
    const after = await open()
    await clock.until(() => false, 100)

    const view = await after.view(id)
    expect(view?.state).toBe('succeeded')
    expect((view?.endedAtMs ?? 0) - startedAtMs).toBeLessThan(hourMs + 100)
  })

  it('that ended while no process was there ends at once', async () => {
    const { open, clock } = toy([napping])
    const before = await open()
    const { id } = await before.start(napping, { thing: 'a' })
    await clock.advance(1_000)
    await clock.run(before.stop())
    await clock.advance(2 * hourMs)

    const after = await open()
    await clock.advance(100)

    expect((await after.view(id))?.state).toBe('succeeded')
  })

  it('is shown as what the action is at', async () => {
    const { open, clock } = toy([napping])
    const actions = await open()

    const { id } = await actions.start(napping, { thing: 'a' })
    await clock.advance(1_000)

    expect(await actions.view(id)).toMatchObject({ currentStep: 'cool-down', stepsDone: 1 })
  })

  it('is cut short by a cancel, and what was done is undone', async () => {
    const { open, clock, world } = toy([napping])
    const actions = await open()
    const { id, end } = await actions.start(napping, { thing: 'a' })
    await clock.advance(1_000)
    const cancelledAtMs = clock.now()

    await actions.cancel(id, 'no hurry any more')

    expect(await clock.run(end)).toMatchObject({ cause: expect.any(ActionCancelledException) })
    expect(clock.now() - cancelledAtMs).toBeLessThan(100)
    expect(world.kinds()).toEqual([])
  })

  it('takes no turn from actions that have something to do', async () => {
    const { open, clock } = toy([napping, quick])
    const actions = await open({ concurrency: 1 })
    await actions.start(napping, { thing: 'a' })
    await clock.advance(1_000)

    const { end } = await actions.start(quick, { thing: 'b' })
    const startedAtMs = clock.now()
    await clock.run(end)

    expect(clock.now() - startedAtMs).toBeLessThan(100)
  })

  it('in a branch has a path below the branch', async () => {
    const inBranches = creating(async (_input, { step }) => {
      await step.all({
        short: step => step.sleep('rest', 1_000),
        long: step => step.sleep('rest', 2_000),
      })
      return { box: '' }
    })
    const { open, clock, journal } = toy([inBranches])
    const actions = await open()

    const { id, end } = await actions.start(inBranches, { thing: 'a' })
    await clock.run(end)

    const slept = (await journal.read(id)).flatMap(entry => (entry.kind === 'slept' ? [entry.path] : []))
    expect(slept).toEqual(['short/rest', 'long/rest'])
  })
})

const quick = action('thing.quick', {
  ...createThing.definition,
  run: async ({ thing }, { step }) => ({ box: (await step(makeBox, { thing })).id }),
})

describe('a step', () => {
  it.each([
    ['until a late effect would show', 'late-effect'],
    ['for its next attempt', 'busy'],
  ] as const)('that waits %s takes no turn from actions that have something to do', async (_, fault) => {
    const { open, clock, world } = toy([createThing, quick])
    world.order('port.create', fault)
    const actions = await open({ concurrency: 1, random: () => 0.99 })
    const waiting = await actions.start(createThing, { thing: 'a' })
    await clock.advance(30)

    const { end } = await actions.start(quick, { thing: 'b' })
    const startedAtMs = clock.now()
    await clock.run(end)

    expect(clock.now() - startedAtMs).toBeLessThan(50)
    expect((await clock.run(waiting.end)).kind).toBe('succeeded')
  })
})

describe('a poll', () => {
  /** Asks a thing of the toy world whether its port is there: answers when somebody has turned it on. */
  const asking = (ask: (world: ToyWorld) => Promise<string | undefined>) =>
    poll('job.ready', {
      input: z.object({ thing: z.string() }),
      output: z.string(),
      ask: (_input, { world }) => ask(world),
      everyMs: 1_000,
      withinMs: 60_000,
    })

  function polling(ask: (world: ToyWorld) => Promise<string | undefined>) {
    const jobReady = asking(ask)
    return action('thing.create', {
      ...createThing.definition,
      steps: [makePort, jobReady],
      async run({ thing }, { step }) {
        await step(makePort, { thing })
        return { box: await step(jobReady, { thing }) }
      },
    })
  }

  const whenOn = async (world: ToyWorld) => (world.switches.get('a') ? 'done' : undefined)

  it('asks until there is an answer', async () => {
    const create = polling(whenOn)
    const { open, clock, world, journal } = toy([create])
    const actions = await open()

    const { id, end } = await actions.start(create, { thing: 'a' })
    await clock.advance(10_000)
    world.switches.set('a', true)

    expect(await clock.run(end)).toMatchObject({ kind: 'succeeded', output: { box: 'done' } })
    expect((await journal.read(id)).filter(({ kind }) => kind === 'intent')).toHaveLength(2) // one for all questions
  })

  it('asks again after a question that failed, even if the system refused', async () => {
    let asked = 0
    const create = polling(async () => {
      if (++asked < 5) throw new ToyTimeoutException()
      return 'done'
    })
    const { open, clock } = toy([create])

    const { end } = await (await open()).start(create, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
  })

  it('ends with a name when its time is over; the last failure is its cause, and what was done is undone', async () => {
    const create = polling(async () => {
      throw new ToyTimeoutException()
    })
    const { open, clock, world } = toy([create])
    const { end } = await (await open()).start(create, { thing: 'a' })
    const startedAtMs = clock.now()

    const ended = await clock.run(end)

    expect(ended).toMatchObject({
      cause: expect.any(PollTimeoutException),
    })
    expect(ended).toMatchObject({ cause: { cause: expect.any(ToyTimeoutException) } })
    expect(clock.now() - startedAtMs).toBeLessThan(61_000)
    expect(world.kinds()).toEqual([])
  })

  it('ends at once when there will never be an answer', async () => {
    const create = polling(async () => {
      throw new BrokenObjectException('job-1', 'it crashed')
    })
    const { open, clock } = toy([create])
    const { end } = await (await open()).start(create, { thing: 'a' })
    const startedAtMs = clock.now()

    expect(await clock.run(end)).toMatchObject({ cause: expect.any(BrokenObjectException) })
    expect(clock.now() - startedAtMs).toBeLessThan(100)
  })

  it('counts its time from the first question, across restarts', async () => {
    const create = polling(whenOn)
    const { open, clock, world } = toy([create])
    const startedAtMs = clock.now()
    const before = await open()
    const { id } = await before.start(create, { thing: 'a' })
    await clock.advance(40_000)
    await clock.run(before.stop())

    const after = await open()
    await clock.advance(25_000)

    const view = await after.view(id)
    expect(view).toMatchObject({ state: 'rolled-back', cause: { exception: PollTimeoutException.name } })
    expect((view?.endedAtMs ?? 0) - startedAtMs).toBeLessThan(62_000)
    expect(world.kinds()).toEqual([])
  })

  it('asks once more when its time was over before the process was back: a crash is no failed question', async () => {
    const create = polling(whenOn)
    const setup = toy([create])
    const before = await setup.open()
    const { id } = await before.start(create, { thing: 'a' })
    await setup.clock.advance(30_000)
    await setup.clock.run(before.stop())
    await setup.clock.advance(10 * hourMs)
    setup.world.switches.set('a', true)

    const after = await setup.open()
    await setup.clock.advance(1_000)

    const view = await after.view(id)
    expect(view?.state).toBe('succeeded')
    expect(view?.steps.at(-1)?.attempts).toHaveLength(1)
  })

  it('survives a crash at any journal write', async () => {
    for (let nth = 2; nth < 8; nth++) {
      const create = polling(whenOn)
      const setup = toy([create])
      setup.world.switches.set('a', true)
      const journal = dyingJournal(setup.journal, nth, 'after', () => {
        setup.world.isCut = true
      })
      const before = await setup.open({ journal })
      const { id } = await before.start(create, { thing: 'a' })
      await setup.clock.advance(5_000)

      const { after, actions } = await restart(setup, [create])
      await after.clock.advance(5_000)

      expect(await actions.view(id)).toMatchObject({ state: 'succeeded' })
      expect(after.world.kinds()).toEqual(['port'])
    }
  })

  it('is cut short by a cancel', async () => {
    const create = polling(whenOn)
    const { open, clock } = toy([create])
    const actions = await open()
    const { id, end } = await actions.start(create, { thing: 'a' })
    await clock.advance(5_500)
    const cancelledAtMs = clock.now()

    await actions.cancel(id, 'enough')

    expect(await clock.run(end)).toMatchObject({ cause: expect.any(ActionCancelledException) })
    expect(clock.now() - cancelledAtMs).toBeLessThan(100)
  })
})

describe("an action's deadline", () => {
  const slow: Run = async ({ thing }, { step, sleep }) => {
    await step(makePort, { thing })
    await sleep('cool-down', hourMs)
    return { box: '' }
  }
  const limited = creating(slow, { deadlineMs: 60_000 })
  type Options = Partial<ActionsOptions<ToyWorld, never>>

  it('passes before it is done: it is rolled back, under a name of its own', async () => {
    const { open, clock, world } = toy([limited])
    const { end } = await (await open()).start(limited, { thing: 'a' })
    const startedAtMs = clock.now()

    const ended = await clock.run(end)

    expect(ended).toMatchObject({ kind: 'rolled-back', cause: expect.any(ActionDeadlineException) })
    expect(clock.now() - startedAtMs).toBeLessThan(60_100)
    expect(world.kinds()).toEqual([])
  })

  it('counts from the admission, whatever became of the process', async () => {
    const { open, clock, world } = toy([limited])
    const before = await open()
    const { id } = await before.start(limited, { thing: 'a' })
    await clock.advance(30_000)
    await clock.run(before.stop())
    await clock.advance(60_000)

    const after = await open()
    await clock.advance(100)

    const view = await after.view(id)
    expect(view).toMatchObject({ state: 'rolled-back', cause: { exception: ActionDeadlineException.name } })
    expect(world.kinds()).toEqual([])
  })

  it('can be given at the start, for this one', async () => {
    const create = creating(slow)
    const { open, clock } = toy([create])
    const before = await open()
    const { id } = await before.start(create, { thing: 'a' }, { deadlineMs: 5_000 })
    await clock.run(before.stop())

    const after = await open()
    await clock.advance(6_000)

    expect(await after.view(id)).toMatchObject({ cause: { exception: ActionDeadlineException.name } })
  })

  it('lets the effect under way end, and begins no other', async () => {
    const { open, clock, world } = toy([limited])
    world.order('port.create', 'hang')
    const { end } = await (await open()).start(limited, { thing: 'a' }, { deadlineMs: 5_000 })
    const startedAtMs = clock.now()

    await clock.run(end)

    expect(clock.now() - startedAtMs).toBeGreaterThan(29_000) // an attempt may take 30 s
    expect(world.calls.filter(call => call === 'port.create')).toHaveLength(1)
  })

  it('is ignored behind a pivot', async () => {
    const removePort = removes('port')
    const removal = creating(({ thing }, { step }) => step.pivot('removal', [[removePort, { id: thing }]]), {
      deadlineMs: 1_000,
      steps: [removePort],
    })
    const { open, clock, world } = toy([removal])
    world.order('port.remove', 'busy', 4)
    const actions = await open({ random: () => 0.99 } satisfies Options)

    const { id, end } = await actions.start(removal, { thing: 'port-1' })
    await clock.run(end)

    const view = await actions.view(id)
    expect(view).toMatchObject({ state: 'succeeded', cause: undefined, attemptsMax: 5 })
    expect((view?.endedAtMs ?? 0) - (view?.startedAtMs ?? 0)).toBeGreaterThan(1_000)
  })
})
