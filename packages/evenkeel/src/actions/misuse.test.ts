import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Exception } from '../exceptions/index.ts'
import {
  action,
  createThing,
  makeBox,
  makeDisk,
  makePort,
  makes,
  poll,
  step,
  toy,
} from './actions.fixture.ts'
import { ActionMisuseException } from './exceptions.ts'
import { Secret } from './secret.ts'
import type { AnyStep } from './step.ts'

type Run = typeof createThing.definition.run
type Steps = typeof createThing.definition.steps

/** What became of an action with this `run`. */
async function ran(run: Run, steps: Steps = createThing.definition.steps) {
  const create = action('thing.create', { ...createThing.definition, run, steps })
  const setup = toy([create])
  const reported: string[] = []
  const actions = await setup.open({ report: ({ message }) => reported.push(message) })
  const { id, end } = await actions.start(create, { thing: 'a' })
  const ended = await setup.clock.run(end)
  await setup.clock.advance(200_000)
  const cause = ended.kind === 'rolled-back' ? ended.cause : undefined
  return { cause, reported, kinds: setup.world.kinds(), view: await actions.view(id) }
}

/** The complaint about wrong use; whatever was begun is gone again. */
async function complaintAbout(run: Run, steps?: Steps): Promise<string | undefined> {
  const { cause, kinds } = await ran(run, steps)
  expect(cause).toBeInstanceOf(ActionMisuseException)
  expect(kinds).toEqual([])
  return cause?.message
}

/** A step that answers with whatever it is given to answer with. */
function answering<Output>(output: unknown, schema: { parse(value: unknown): Output }) {
  return step('answer', {
    idempotent: true,
    input: z.object({ thing: z.string() }),
    output: schema,
    do: async () => output as Output,
    undo: 'nothing',
  })
}

describe('wrong use in run', () => {
  it('one path twice', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makeBox, { thing })
      await step(makeBox, { thing })
      return { box: '' }
    })

    expect(complaint).toMatch(
      /thing\.create: box\.make is used twice: tell the uses apart with \{ as: '…' \}/,
    )
  })

  it('one path twice, in a branch', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step.all({ one: step => Promise.all([step(makeBox, { thing }), step(makeBox, { thing })]) })
      return { box: '' }
    })

    expect(complaint).toMatch(/one\/box\.make is used twice/)
  })

  it('a step that the action does not list', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makes('wheel'), { thing })
      return { box: '' }
    })

    expect(complaint).toMatch(/wheel\.make.*does not list: add it to its steps/)
  })

  it('another step of the same name as one that the action lists', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makes('box'), { thing })
      return { box: '' }
    })

    expect(complaint).toMatch(/box\.make uses another step box\.make than the one that the action lists/)
  })

  it('a step that nobody awaits: named, awaited, and undone', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      void step(makeBox, { thing }, { as: 'loose' })
      return { box: '' }
    })

    expect(complaint).toMatch(/box\.make\/loose was still under way when run returned: await every step/)
  })

  it('branches that nobody awaits', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      void step.all({ one: step => step(makeBox, { thing }) })
      return { box: '' }
    })

    expect(complaint).toMatch(/one\/box\.make was still under way when run returned/)
  })

  it('a step after run has returned: reported, and not done', async () => {
    const { reported, kinds, cause } = await ran(async ({ thing }, { step }) => {
      void Promise.resolve()
        .then(() => new Promise(resolve => setImmediate(resolve)))
        .then(() => step(makeBox, { thing }))
      return { box: '' }
    })

    expect(cause).toBeUndefined()
    expect(reported).toEqual([
      'thing.create: box.make was asked for after run had returned, and is not done: await every step before',
    ])
    expect(kinds).toEqual([])
  })

  it('a step under way at the pivot', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      void step(makePort, { thing })
      return step.pivot('removal', [[makeBox, { thing }]])
    })

    expect(complaint).toMatch(/port\.make was still under way at the pivot removal: await every step before/)
  })

  it('a pivot in a branch', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step.all({ one: step => step.pivot('removal', [[makeBox, { thing }]]) })
      return { box: '' }
    })

    expect(complaint).toMatch(/pivot removal is in a branch.*call it after step\.all/)
  })

  it('an input that its schema refuses, named with its field', async () => {
    const complaint = await complaintAbout(async (_input, { step }) => {
      await step(makePort, { thing: 5 } as never)
      return { box: '' }
    })

    expect(complaint).toMatch(/port\.make has an input that its schema refuses: thing: .*expected string/)
  })

  it("an action's output that its schema refuses, named with its field", async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makePort, { thing })
      return { box: undefined } as never
    })

    expect(complaint).toMatch(/thing\.create has an output that its schema refuses: box: .*expected string/)
  })

  it('something that is no step', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makePort, { thing })
      await step(undefined as never, { thing } as never)
      return { box: '' }
    })

    expect(complaint).toMatch(/thing\.create: step was called with something that is no step/)
  })

  it('a sleep of no time at all that can be told', async () => {
    const complaint = await complaintAbout(async (_input, { sleep }) => {
      await sleep('rest', Number.NaN)
      return { box: '' }
    })

    expect(complaint).toMatch(/rest sleeps for NaN: give it milliseconds/)
  })

  it('can not be caught by run', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makeBox, { thing })
      await step(makeBox, { thing }).catch(() => {})
      return { box: '' }
    })

    expect(complaint).toMatch(/used twice/)
  })
})

describe('an output of a step', () => {
  const using =
    (used: AnyStep<never>): Run =>
    async ({ thing }, { step }) => {
      await step(makePort, { thing })
      await step(used as never, { thing } as never)
      return { box: '' }
    }

  it('that its schema refuses ends the action, with the field', async () => {
    const wrong = answering(
      { ports: [{ id: 7 }] },
      z.object({ ports: z.array(z.object({ id: z.string() })) }),
    )

    const complaint = await complaintAbout(using(wrong), [makePort, wrong])

    expect(complaint).toMatch(
      /answer has an output that its schema refuses: ports\[0\]\.id: .*expected string/,
    )
  })

  it('that JSON can not carry ends the action, with the field', async () => {
    const wrong = answering({ at: new Date(0) }, z.object({ at: z.date() }))

    const complaint = await complaintAbout(using(wrong), [makePort, wrong])

    expect(complaint).toMatch(
      /answer has an output that can't be journaled: output\.at is a Date, which JSON can't carry/,
    )
  })

  it('that its schema would not accept again ends the action', async () => {
    const wrong = answering('5', z.string().transform(Number))

    const complaint = await complaintAbout(using(wrong), [makePort, wrong])

    expect(complaint).toMatch(/answer has an output that does not survive the journal: .*expected string/)
  })

  it('that is wrong is not tried again, and what it made is found and undone', async () => {
    const wrong = step('wheel.make', {
      input: z.object({ thing: z.string() }),
      output: z.object({ id: z.string() }),
      do: async (_input, { key, world }) => ({ id: (await world.create('wheel', key)) as never }),
      find: async ({ key, world }) =>
        (await world.find('wheel', key)).map(({ id }) => ({ state: 'ready', output: { id } })),
      undo: ({ id }, { world }) => world.remove(id),
    })

    const { cause, kinds, view } = await ran(using(wrong), [makePort, wrong])

    expect(cause?.message).toMatch(/wheel\.make has an output that its schema refuses: id:/)
    expect(view?.steps.at(-1)).toMatchObject({ state: 'undone', attempts: [{ effect: 'unknown' }] })
    expect(kinds).toEqual([])
  })

  it('that find does not give in a list ends the action', async () => {
    const wrong = step('wheel.make', {
      input: z.object({ thing: z.string() }),
      output: z.object({ id: z.string() }),
      do: async (_input, { key, world }) => ({ id: (await world.create('wheel', key)).id }),
      find: async () => undefined as never,
      undo: async () => {},
    })
    const create = action('thing.create', {
      ...createThing.definition,
      run: using(wrong),
      steps: [makePort, wrong],
    })
    const { open, clock, world } = toy([create])
    world.order('wheel.create', 'lose-answer')

    const { end } = await (await open()).start(create, { thing: 'a' })

    expect(await clock.run(end)).toMatchObject({
      cause: {
        message: expect.stringMatching(/wheel\.make has a find that gives no list: give every object/),
      },
    })
  })

  it('may hold secrets, which no complaint shows', async () => {
    const wrong = answering(
      { password: new Secret('hunter2'), at: 5 },
      z.object({ password: z.instanceof(Secret), at: z.string() }),
    )

    const complaint = await complaintAbout(using(wrong), [makePort, wrong])

    expect(complaint).toMatch(/at: .*expected string/)
    expect(complaint).not.toContain('hunter2')
  })
})

describe('an admission', () => {
  it('that makes an input which the schema refuses begins nothing, and says which field', async () => {
    const create = action('thing.create', {
      ...createThing.definition,
      admit: async () => ({ thing: undefined }) as never,
    })
    const { open, database } = toy([create])
    const actions = await open()

    const started = actions.start(create, { thing: 'a' })

    await expect(started).rejects.toThrow(/thing\.create has an input that its schema refuses: thing: /)
    expect(database.read.admitted).toEqual([])
  })
})

describe('a start', () => {
  it('with a deadline, of an action that is admitted at once, begins nothing', async () => {
    const removal = action('thing.delete', { ...createThing.definition, queue: 'after-admission' })
    const { open, database } = toy([removal])
    const actions = await open()

    const started = actions.start(removal, { thing: 'a' }, { deadlineMs: 1_000 })

    await expect(started).rejects.toThrow(/thing\.delete: start has a deadline, and .* can't be called off/)
    expect(database.read.admitted).toEqual([])
  })
})

describe('a definition', () => {
  const Any = z.object({})
  const definition = { input: Any, output: z.object({ id: z.string() }) }
  const make = async () => ({ id: '1' })

  function complaintOf(define: () => unknown): string {
    try {
      define()
    } catch (thrown) {
      return (thrown as Exception).message
    }
    return 'no complaint'
  }

  it('of a step without find that is not declared idempotent is refused, by the types too', () => {
    // @ts-expect-error: neither `find` nor `idempotent`
    const define = () => step('box.make', { ...definition, do: make, undo: async () => {} })

    expect(complaintOf(define)).toMatch(
      /step box\.make can't be found again.*give it `find`, or `idempotent: true`/,
    )
  })

  it('of a step with find that is declared idempotent is refused, by the types too', () => {
    const both = { ...definition, do: make, find: async () => [], idempotent: true, undo: async () => {} }
    // @ts-expect-error: one of the two
    const define = () => step('box.make', both)

    expect(complaintOf(define)).toMatch(/has `find` and `idempotent`: give it one of the two/)
  })

  it('of a step that does not say how it is undone is refused, by the types too', () => {
    // @ts-expect-error: no `undo`
    const define = () => step('box.make', { ...definition, do: make, find: async () => [] })

    expect(complaintOf(define)).toMatch(
      /does not say how it is undone: give it a function `undo`, or 'nothing'/,
    )
  })

  it('of a step without schemas is refused, by the types too', () => {
    // @ts-expect-error: no `input`
    const define = () => step('box.make', { output: Any, do: make, idempotent: true, undo: 'nothing' })

    expect(complaintOf(define)).toMatch(/has no schema `input`: give it something with a method parse/)
  })

  it.each([0, 1.5, -1, Number.NaN])('with version %s is refused', version => {
    const define = () =>
      step('box.make', { ...definition, version, do: make, idempotent: true, undo: 'nothing' })

    expect(complaintOf(define)).toMatch(/step box\.make has version .*: versions are whole numbers from 1 on/)
  })

  it('of a poll that does not say how long it may take is refused, by the types too', () => {
    // @ts-expect-error: no `withinMs`
    const define = () => poll('job.ready', { input: Any, output: z.string(), ask: async () => 'yes' })

    expect(complaintOf(define)).toMatch(/poll job\.ready has withinMs undefined: say how long it may take/)
  })

  it('of an action that lists a step twice is refused', () => {
    const define = () =>
      action('thing.create', { ...createThing.definition, steps: [makeBox, makeDisk, makeBox] })

    expect(complaintOf(define)).toMatch(/action thing\.create lists the step box\.make twice/)
  })

  it('of an action that lists something that is no step is refused', () => {
    const steps = [makeBox, undefined as never]
    const define = () => action('thing.create', { ...createThing.definition, steps })

    expect(complaintOf(define)).toMatch(/lists something that is no step, at place 2.*import each other/)
  })

  it('of an action that retires the very version that it uses is refused', () => {
    const define = () => action('thing.create', { ...createThing.definition, retired: [makes('box')] })

    expect(complaintOf(define)).toMatch(/lists the step box\.make in version 1 twice.*count a version up/)
  })

  it('of an action without run is refused, by the types too', () => {
    const { run, ...rest } = createThing.definition
    // @ts-expect-error: no `run`
    const define = () => action('thing.create', rest)

    expect(run).toBeDefined()
    expect(complaintOf(define)).toMatch(/action thing\.create has no function `run`/)
  })

  it('of two actions with one name and version is refused when the engine is opened', async () => {
    const { open } = toy([createThing, action('thing.create', createThing.definition)])

    await expect(open()).rejects.toThrow(/two actions are thing\.create in version 1/)
  })
})
