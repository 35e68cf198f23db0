import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ActionView } from './action-view.ts'
import {
  action,
  createThing,
  makeBox,
  makeDisk,
  makePort,
  makes,
  removes,
  step,
  ToyBusyException,
  ToyRefusedException,
  type ToyWorld,
  toy,
} from './actions.fixture.ts'
import type { JournalEntry } from './engine/journal.ts'
import {
  ActionCancelledException,
  BusyException,
  NonDeterministicActionException,
  StepBusyException,
} from './exceptions.ts'
import type { EffectContext, Found } from './step.ts'

// What actions promise, point by point, as the design numbers them. Each point has its corners tested elsewhere, too.

type Run = typeof createThing.definition.run

function thingThat(run: Run, steps: typeof createThing.definition.steps = createThing.definition.steps) {
  return action('thing.create', { ...createThing.definition, steps, run })
}

function stepOf(view: ActionView | undefined, path: string) {
  return view?.steps.find(candidate => candidate.path === path)
}

/** A box whose `find` shows what it is told to, one answer after the other, the last one for ever. */
function boxFoundAs(answers: readonly (readonly Found<{ id: string }>[] | Error)[]) {
  let asked = 0
  return step('box.make', {
    ...(makeBox.definition as Extract<typeof makeBox.definition, { readonly find: unknown }>),
    async find() {
      const answer = answers[Math.min(asked++, answers.length - 1)]
      if (answer instanceof Error) throw answer
      return answer ?? []
    },
  })
}

describe('1. Intent before effect', () => {
  it('has key, input and attempt in the journal before do runs, with the same key at every attempt and after a restart', async () => {
    const seen: { key: string; attempt: number; journaled: readonly JournalEntry[] }[] = []
    const { open, clock, journal } = toy()
    const box = step('box.make', {
      ...(makeBox.definition as Extract<typeof makeBox.definition, { readonly find: unknown }>),
      async do(_input: unknown, { key, attempt }: EffectContext<ToyWorld>) {
        seen.push({ key, attempt, journaled: await journal.read(key.split('/')[0] as never) })
        throw new ToyBusyException()
      },
    })
    const create = thingThat(
      async ({ thing }, { step: perform }) => ({ box: (await perform(box, { thing })).id }),
      [box],
    )
    const before = await open({ actions: [create] })
    const { id } = await before.start(create, { thing: 'a' })
    await clock.advance(1)
    await clock.run(before.stop())

    await open({ actions: [create] })
    await clock.advance(60_000)

    expect(seen.length).toBe(5)
    for (const { key, attempt, journaled } of seen) {
      expect(key).toBe(`${id}/box.make`)
      expect(journaled.at(-1)).toMatchObject({
        kind: 'intent',
        path: 'box.make',
        attempt,
        input: { thing: 'a' },
      })
    }
  })

  it('owes an undo from the moment of intent: what a dead process had begun is undone', async () => {
    const { open, clock, world } = toy()
    world.order('port.create', 'lose-answer').order('port.find', 'refuse', 100)
    const actions = await open()
    const { end } = await actions.start(createThing, { thing: 'a' })
    expect((await clock.run(end)).kind).toBe('rolled-back')

    world.clearFaults()
    await clock.advance(600_000)

    expect(world.kinds()).toEqual([])
  })
})

describe('2. Outcome unknown is a state', () => {
  const ready = (id: string) => ({ state: 'ready' as const, output: { id } })

  async function resultOf(answers: Parameters<typeof boxFoundAs>[0]) {
    const box = boxFoundAs(answers)
    const create = thingThat(
      async ({ thing }, { step: perform }) => ({ box: (await perform(box, { thing })).id }),
      [box],
    )
    const { open, clock, world } = toy([create])
    world.order('box.create', 'hang').order('box.create', 'refuse')
    const actions = await open()
    const { id, end } = await actions.start(create, { thing: 'a' })
    const ended = await clock.run(end)
    return { ended, view: await actions.view(id), world }
  }

  it('ready: keeps the oldest, if there are several', async () => {
    const { ended } = await resultOf([[ready('box-8'), ready('box-9')]])

    expect(ended).toMatchObject({ kind: 'succeeded', output: { box: 'box-8' } })
  })

  it('pending: awaits it', async () => {
    const pending = { state: 'pending' as const, output: { id: 'box-8' } }
    const { ended, world } = await resultOf([[pending], [pending], [ready('box-8')]])

    expect(ended).toMatchObject({ kind: 'succeeded', output: { box: 'box-8' } })
    expect(world.calls.filter(call => call === 'box.create')).toHaveLength(1)
  })

  it('broken: removes it before the next attempt', async () => {
    const broken = { state: 'broken' as const, output: { id: 'box-8' }, fault: 'it fell' }
    const { view, world } = await resultOf([[broken], []])

    expect(stepOf(view, 'box.make')?.objects).toContain('box-8')
    expect(world.calls).toEqual(['box.create', 'box.remove', 'box.create'])
  })

  it('none: looks again after the settle time, then tries again', async () => {
    const { ended, world } = await resultOf([[], [ready('box-8')]])

    expect(ended.kind).toBe('succeeded')
    expect(world.calls).toEqual(['box.create'])
  })

  it('find fails: it stays unknown, and becomes residue', async () => {
    const { ended, view } = await resultOf([new ToyRefusedException()])

    expect(ended.kind).toBe('rolled-back')
    expect(view?.residue).toMatchObject([{ path: 'box.make' }])
  })

  it('is never guessed: a step has find, or is declared idempotent, or the types refuse it', () => {
    const common = { input: z.null(), output: z.null(), do: async () => null, undo: 'nothing' as const }

    // @ts-expect-error neither `find` nor `idempotent`
    expect(() => step('neither', common)).toThrow(
      /neither has neither `find` nor `idempotent: true`|find.*idempotent/,
    )
    expect(() => step('declared', { ...common, idempotent: true })).not.toThrow()
  })
})

describe('3. Late effects', () => {
  it('are watched at growing intervals until the end of the watch; every object but the kept one is undone', async () => {
    const { open, clock, world } = toy()
    world.order('box.create', 'late-effect', 2)
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    const ended = await clock.run(end)
    const looks: number[] = []
    actions.subscribe(event => {
      if (event.kind === 'journaled' && event.entry.kind.startsWith('watch-')) looks.push(event.atMs)
    })
    await clock.advance(120_000)

    const gaps = looks.slice(1).map((atMs, at) => atMs - (looks[at] ?? 0))
    expect(ended.kind).toBe('succeeded')
    expect(world.kinds()).toEqual(['box', 'disk', 'port'])
    expect(gaps.slice(0, -1)).toEqual([...gaps.slice(0, -1)].sort((a, b) => a - b))
    expect((await actions.view(id))?.watchCount).toBe(0)
  })
})

describe('4. Busy is retried', () => {
  it('within the bound, and told: done at the third of five attempts', async () => {
    const { open, clock, world } = toy()
    world.order('box.create', 'busy', 2)
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    const view = await actions.view(id)
    expect(view?.state).toBe('succeeded')
    expect(stepOf(view, 'box.make')?.attempts.map(({ effect }) => effect)).toEqual(['busy', 'busy', 'done'])
    expect(view?.attemptsMax).toBe(3)
  })

  it('waits longer each time, with full jitter, and never less than the system asked for', async () => {
    const waited: number[] = []
    const asks = step('box.make', {
      ...(makeBox.definition as Extract<typeof makeBox.definition, { readonly find: unknown }>),
      async do(_input: unknown, { attempt }: EffectContext<ToyWorld>) {
        if (attempt === 4) throw new BusyException('come back in a minute', { retryAfterMs: 60_000 })
        if (attempt < 5) throw new ToyBusyException()
        return { id: 'box-1' }
      },
    })
    const create = thingThat(
      async ({ thing }, { step: perform }) => ({ box: (await perform(asks, { thing })).id }),
      [asks],
    )
    const { open, clock } = toy([create])
    const actions = await open({ random: () => 0.5 })
    actions.subscribe(event => {
      if (event.kind === 'waiting' && event.for === 'busy') waited.push((event.untilMs ?? 0) - event.atMs)
    })
    const { end } = await actions.start(create, { thing: 'a' })
    await clock.run(end)

    expect(waited).toEqual([100, 200, 400, 60_000])
  })

  it('beyond the bound it is contention', async () => {
    const { open, clock, world } = toy()
    world.order('box.create', 'busy', 5)
    const { end } = await (await open()).start(createThing, { thing: 'a' })

    expect(await clock.run(end)).toMatchObject({ kind: 'rolled-back', cause: expect.any(StepBusyException) })
  })
})

describe('5. Locks and admission', () => {
  it('locks are all or nothing, asked again by the admission, and queued for anew if they are others by then', async () => {
    let asked = 0
    const create = action('thing.create', {
      ...createThing.definition,
      locks: async ({ thing }: { thing: string }) => (++asked === 1 ? ['thing:old'] : [`thing:${thing}`]),
    })
    const { open, clock } = toy([create])
    const actions = await open()

    const { id } = await actions.start(create, { thing: 'a' })

    expect(actions.holderOf('thing:a')?.id).toBe(id)
    expect(actions.holderOf('thing:old')).toBeUndefined()
    await clock.advance(60_000)
  })

  it('what an admission throws leaves nothing: no record, no row, no lock', async () => {
    const create = action('thing.create', {
      ...createThing.definition,
      async admit(request, db) {
        db.records.things[request.thing] = 'changing'
        throw new ToyRefusedException()
      },
    })
    const { open, database } = toy([create])
    const actions = await open()

    await expect(actions.start(create, { thing: 'a' })).rejects.toThrow(ToyRefusedException)

    expect(database.read).toMatchObject({ records: { things: {} }, admitted: [] })
    expect(actions.holderOf('thing:a')).toBeUndefined()
  })
})

describe('6. Rollback', () => {
  it('undoes the newest completion first, goes on past an undo that fails, and keeps it as residue', async () => {
    const { open, clock, world } = toy()
    world.order('box.create', 'refuse').order('disk.remove', 'refuse', 3)
    const actions = await open()
    const { end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    expect(world.calls.slice(-4)).toEqual(['disk.remove', 'disk.remove', 'disk.remove', 'port.remove'])
    expect(await actions.residue()).toMatchObject([{ path: 'disk.make', actor: 'janitor' }])
  })

  it('is reached by no cancel', async () => {
    const { open, clock, world } = toy()
    world.order('box.create', 'refuse')
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.advance(35)

    expect(await actions.cancel(id, 'too late')).toBe(false)
    await clock.run(end)
    expect(world.kinds()).toEqual([])
  })
})

describe('7. A point of no return', () => {
  it('goes only forward: a refused step is residue, the next goes on, a cancel is ignored', async () => {
    const [removeBox, removeDisk] = [removes('box'), removes('disk')]
    const remove = thingThat(
      async (_input, { step: perform }) =>
        perform.pivot('removal', [
          [removeBox, { id: 'box-1' }],
          [removeDisk, { id: 'disk-2' }],
        ]),
      [removeBox, removeDisk],
    )
    const { open, clock, world } = toy([remove])
    world.order('box.remove', 'refuse')
    const actions = await open()
    const { id, end } = await actions.start(remove, { thing: 'a' })
    await clock.advance(12)

    expect(await actions.cancel(id, 'too late')).toBe(false)
    expect((await clock.run(end)).kind).toBe('succeeded')
    expect(world.calls).toEqual(['box.remove', 'disk.remove'])
    expect(await actions.residue()).toMatchObject([{ path: 'box.remove' }])
    await clock.advance(600_000)
    expect(await actions.residue()).toEqual([])
  })
})

describe('8. Interruption', () => {
  it('by a cancel: no step settles any more, so that no catch of the action starts more work', async () => {
    const create = thingThat(async ({ thing }, { step: perform }) => {
      await perform(makePort, { thing })
      await perform(makeDisk, { thing }).catch(() => undefined)
      return { box: (await perform(makeBox, { thing })).id }
    })
    const { open, clock, world } = toy([create])
    const actions = await open()
    const { id, end } = await actions.start(create, { thing: 'a' })
    await clock.advance(15) // the disk is being made

    expect(await actions.cancel(id, 'changed my mind')).toBe(true)

    expect(await clock.run(end)).toMatchObject({
      kind: 'rolled-back',
      cause: expect.any(ActionCancelledException),
    })
    expect(world.calls).toEqual(['port.create', 'disk.create', 'disk.remove', 'port.remove'])
  })

  it('by a shutdown: it pauses, and the next start goes on', async () => {
    const { open, clock, world } = toy()
    const before = await open()
    const { id } = await before.start(createThing, { thing: 'a' })
    await clock.advance(15)
    await clock.run(before.stop())
    expect((await before.view(id))?.state).toBe('running')

    const after = await open()
    await clock.advance(60_000)

    expect((await after.view(id))?.state).toBe('succeeded')
    expect(world.kinds()).toEqual(['box', 'disk', 'port'])
  })
})

describe('9. Replay', () => {
  it('gives what was journaled, live too: values as decoded, exceptions as the same class, time and ids from the action', async () => {
    const lives: unknown[][] = []
    const flaky = makes('wheel')
    const create = thingThat(
      async ({ thing }, { step: perform, id, startedAtMs }) => {
        const life: unknown[] = [startedAtMs, id('box')]
        lives.push(life)
        life.push(await perform(makePort, { thing }))
        life.push(await perform(flaky, { thing }).catch((thrown: unknown) => thrown?.constructor))
        return { box: (await perform(makeBox, { thing })).id }
      },
      [makePort, flaky, makeBox],
    )
    const { open, clock, world } = toy([create])
    world.order('wheel.create', 'refuse')
    const before = await open()
    await before.start(create, { thing: 'a' })
    await clock.advance(25)
    await clock.run(before.stop())

    await open()
    await clock.advance(60_000)

    expect(lives).toHaveLength(2)
    expect(lives[0]).toEqual(lives[1])
    expect(lives[0]?.at(-1)).toBe(ToyRefusedException)
  })

  it('never guesses: a run that asks for something else is rolled back from the journal', async () => {
    const { open, clock, world } = toy()
    const before = await open()
    const { id } = await before.start(createThing, { thing: 'a' })
    await clock.advance(25)
    await clock.run(before.stop())
    const other = thingThat(async ({ thing }, { step: perform }) => ({
      box: (await perform(makeBox, { thing })).id,
    }))

    const after = await open({ actions: [other] })
    await clock.advance(120_000)

    const view = await after.view(id)
    expect(view?.state).toBe('rolled-back')
    expect(view?.cause?.exception).toBe(NonDeterministicActionException.name)
    expect(world.kinds()).toEqual([])
  })
})

describe('10. End', () => {
  it('is one database transaction with the row, tried for as long as it takes; only then are locks released', async () => {
    let failures = 20
    const create = action('thing.create', {
      ...createThing.definition,
      async onEnd(end, input, db) {
        if (failures-- > 0) throw new TypeError('the database is being repaired')
        await createThing.definition.onEnd(end, input, db)
      },
    })
    const reported: string[] = []
    const { open, clock, database } = toy([create])
    const actions = await open({ report: ({ message }) => reported.push(message) })
    const { id, end } = await actions.start(create, { thing: 'a' })
    await clock.advance(5_000)

    expect((await actions.view(id))?.state).toBe('ending')
    expect(actions.holderOf('thing:a')?.id).toBe(id)
    await clock.run(end)
    expect(reported).toHaveLength(20)
    expect(database.read).toMatchObject({ records: { things: { a: 'ready' } }, admitted: [] })
    expect(actions.holderOf('thing:a')).toBeUndefined()
  })
})

describe('11. Recovery', () => {
  it('goes on with each action where it was, with its locks; one that is poisoned never stops the others', async () => {
    const reported: string[] = []
    const { open, clock, database } = toy()
    const before = await open()
    await before.start(createThing, { thing: 'a' })
    await before.start(createThing, { thing: 'b' })
    await clock.advance(15)
    await clock.run(before.stop())
    let runs = 0
    const poisoned = thingThat(async (input, context) => {
      if (input.thing === 'a') {
        runs++
        throw new TypeError('poisoned')
      }
      return createThing.definition.run(input, context)
    })

    const after = await open({ actions: [poisoned], report: ({ message }) => reported.push(message) })

    expect(after.holderOf('thing:a')).toBeDefined()
    expect(after.holderOf('thing:b')).toBeDefined()
    await clock.advance(120_000)
    expect(database.read.records.things).toEqual({ b: 'ready' })
    expect(runs).toBe(1)
  })

  it('starts what was admitted and never begun', async () => {
    const { open, clock, database, journal } = toy()
    const dead = { ...journal, append: () => new Promise<never>(() => {}) }
    await (await open({ journal: dead })).start(createThing, { thing: 'a' })

    await open()
    await clock.advance(60_000)

    expect(database.read.records.things).toEqual({ a: 'ready' })
  })
})

describe('12. Secrets', () => {
  it('are encrypted in journal and database, and dropped when nothing can need them any more', async () => {
    // (see `secrets in an input` in actions.test.ts for what the action gets to see)
    const { Secret } = await import('./secret.ts')
    const create = action('thing.create', {
      ...createThing.definition,
      steps: [makeBox],
      input: z.object({ thing: z.string(), password: z.instanceof(Secret) }),
      admit: async (request: { thing: string }) => ({ ...request, password: new Secret('hunter2') }),
      async run({ thing }, { step: perform }) {
        return { box: (await perform(makeBox, { thing })).id }
      },
      onEnd: async () => {},
    })
    const { open, clock, world, journal, database } = toy([create])
    world.order('box.create', 'lose-answer')
    const { id, end } = await (await open()).start(create, { thing: 'a' })
    const admitted = JSON.stringify(database.read.admitted)
    await clock.run(end)
    const watched = JSON.stringify(await journal.read(id))
    await clock.advance(120_000)
    const closed = JSON.stringify(await journal.read(id))

    for (const written of [admitted, watched, closed]) expect(written).not.toContain('hunter2')
    expect(watched).toMatch(/"\$secret":"[^"]+"/)
    expect(closed).toContain('"$secret":null')
  })
})

describe('13. Engines behind one interface', () => {
  it('know nothing of steps: they keep entries, and tell time', async () => {
    const { open, clock, journal } = toy()
    const kept: string[] = []
    const watched: typeof journal = {
      ...journal,
      append(actionId, entries) {
        kept.push(...entries.map(({ kind }) => kind))
        return journal.append(actionId, entries)
      },
    }
    const actions = await open({ journal: watched })
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)
    await clock.advance(1)

    expect((await journal.read(id)).map(({ kind }) => kind)).toEqual(kept)
  })
})
