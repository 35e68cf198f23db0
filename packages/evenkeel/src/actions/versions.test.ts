import { describe, expect, it } from 'vitest'
import { z } from 'zod'
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
import {
  ActionMisuseException,
  NonDeterministicActionException,
  UnknownVersionException,
} from './exceptions.ts'
import type { AnyStep } from './step.ts'

type Definition = typeof createThing.definition
type Thing = ReturnType<typeof createThing.definition.admit> extends Promise<infer Input> ? Input : never

function creating(change: Partial<Definition>) {
  return action('thing.create', { ...createThing.definition, ...change })
}

/**
 * An action that is begun by one release and gone on with by the next. The first is shut down after so much time. Each step of
 * `createThing` takes 10 ms, and the one under way is let finish: after 5 ms that is the port, after 15 ms the disk.
 */
async function released(
  before: ReturnType<typeof creating>,
  after: Parameters<typeof toy>[0],
  { afterMs = 5 }: { afterMs?: number } = {},
) {
  const setup = toy([before])
  const earlier = await setup.open()
  const { id } = await earlier.start(before, { thing: 'a' })
  await setup.clock.advance(afterMs)
  await setup.clock.run(earlier.stop())

  const reported: string[] = []
  const actions = await setup.open({
    ...(after && { actions: after }),
    report: ({ message }) => reported.push(message),
  })
  await setup.clock.advance(120_000)
  const view = await actions.view(id)
  return { ...setup, actions, id, view, kinds: setup.world.kinds(), reported }
}

describe('an action that an earlier release has begun', () => {
  const second = creating({
    version: 2,
    async run({ thing }, { step }) {
      const box = await step(makeBox, { thing })
      return { box: box.id }
    },
  })

  it('goes on by the code of its version, if that is registered beside the new one', async () => {
    const { view, kinds } = await released(createThing, [second, createThing])

    expect(view).toMatchObject({ state: 'succeeded', version: 1 })
    expect(kinds).toEqual(['box', 'disk', 'port'])
  })

  it('is rolled back from what was journaled, if its version is not there any more', async () => {
    const { view, kinds, database } = await released(createThing, [second])

    expect(view).toMatchObject({
      state: 'rolled-back',
      cause: {
        exception: UnknownVersionException.name,
        message: expect.stringMatching(
          /begun by version 1, and this release has 2: .*Register version 1 beside it/,
        ),
      },
    })
    expect(kinds).toEqual([])
    expect(database.read.records).toEqual({ things: {}, ends: ['rolled-back'] })
  })

  it('that was newer is rolled back the same way', async () => {
    const { view, kinds } = await released(second, [createThing], { afterMs: 5 })

    expect(view).toMatchObject({
      state: 'rolled-back',
      version: 2,
      cause: { data: { version: 2, known: [1] } },
    })
    expect(kinds).toEqual([])
  })

  it('behind its pivot goes on from what was journaled, whatever its version', async () => {
    const removal = creating({
      steps: [makePort, removeAll],
      async run({ thing }, { step }) {
        await step(makePort, { thing })
        return step.pivot('removal', [[removeAll, { thing }]])
      },
    })
    const next = creating({ version: 2, steps: [makePort, removeAll] })
    const { view, kinds } = await released(removal, [next], { afterMs: 11 })

    expect(view).toMatchObject({ state: 'succeeded', cause: undefined })
    expect(kinds).toEqual([])
  })

  it('whose input the code at hand refuses is rolled back, and ends once the earlier version is there for its end', async () => {
    const other = action('thing.create', {
      ...createThing.definition,
      version: 2,
      input: z.object({ thing: z.string(), name: z.string() }),
      admit: async ({ thing }: Thing) => ({ thing, name: thing }),
      run: async () => ({ box: '' }),
      onEnd: async () => {},
    })
    const { view, kinds, reported, actions, open, clock, id } = await released(createThing, [other])

    expect(view?.state).toBe('ending')
    expect(kinds).toEqual([])
    expect(reported[0]).toMatch(/thing\.create has an input in the journal that its schema refuses: name: /)

    await clock.run(actions.stop())
    const after = await open({ actions: [other, createThing] })
    await clock.advance(1_000)

    expect((await after.view(id))?.state).toBe('rolled-back')
  })

  it('is not what is started: the newest version is', async () => {
    const { open, clock } = toy([createThing, second])
    const actions = await open()

    const { id, end } = await actions.start(second, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
    expect((await actions.view(id))?.version).toBe(2)
    await expect(actions.start(createThing, { thing: 'b' })).rejects.toThrow(
      /thing\.create: start of version 1 only finishes what it began: start version 2/,
    )
  })
})

const removeAll = step('thing.remove-all', {
  idempotent: true,
  input: z.object({ thing: z.string() }),
  output: z.null(),
  async do(_input, { world }) {
    for (const id of world.objects.keys()) await world.remove(id)
    return null
  },
  undo: 'nothing',
})

/** A port as a later release makes it: its undo is another one. */
function laterPort(undone: string[]): AnyStep<never> {
  const { definition } = makePort
  if (definition.find === undefined) throw new TypeError('the port of the fixture can be found')
  return step('port.make', {
    ...definition,
    version: 2,
    undo: async ({ id }) => {
      undone.push(id)
    },
  }) as AnyStep<never>
}

describe('a step that an earlier release has done', () => {
  /** Does not ask for the port any more, or for another one: what was journaled is rolled back. */
  const without = (steps: Definition['steps'], retired: Definition['steps'] = []) =>
    creating({ version: 2, steps, retired, run: async () => ({ box: '' }) })

  it('is undone by the code of its own version, kept among the retired ones', async () => {
    const undoneByLater: string[] = []
    const later = laterPort(undoneByLater) as never
    const { view, kinds } = await released(createThing, [without([later], [makePort])])

    expect(view?.state).toBe('rolled-back')
    expect(kinds).toEqual([])
    expect(undoneByLater).toEqual([])
  })

  it('is undone by code that another action has', async () => {
    const other = action('other.create', { ...createThing.definition, steps: [makePort, makeDisk] })
    const { kinds, actions } = await released(createThing, [without([makeBox]), other])

    expect(kinds).toEqual([])
    expect(await actions.residue()).toEqual([])
  })

  it('whose code is nowhere is residue with a name, and stops no other undo', async () => {
    const { view, kinds, actions } = await released(createThing, [without([makePort])], { afterMs: 15 })

    expect(view?.state).toBe('rolled-back')
    expect(kinds).toEqual(['disk'])
    expect(await actions.residue()).toMatchObject([
      {
        path: 'disk.make',
        object: 'disk-2',
        lastException: {
          exception: 'UnknownStepException',
          message: expect.stringMatching(
            /the code of disk\.make, the step disk\.make in version 1, can't be found: no action has it\. List it in the action's `retired` steps/,
          ),
        },
      },
    ])
  })

  it('whose code is nowhere is undone by the next release that has it', async () => {
    const { actions, clock, open, world } = await released(createThing, [without([makePort])], {
      afterMs: 15,
    })
    await clock.run(actions.stop())

    const after = await open({ actions: [without([makePort], [makeDisk])] })
    await clock.advance(600_000)

    expect(world.kinds()).toEqual([])
    expect(await after.residue()).toEqual([])
  })

  it('that has to wait until all else is clean does so, too, when its code is there again', async () => {
    const address = makes('address', { onlyWhenClean: true })
    const creatingAddress = creating({
      steps: [address, makeDisk],
      async run({ thing }, { step }) {
        await step(address, { thing })
        await step(makeDisk, { thing })
        return { box: '' }
      },
    })
    const { actions, clock, open, world } = await released(creatingAddress, [without([makeBox])], {
      afterMs: 15,
    })
    expect((await actions.residue()).map(({ path }) => path)).toEqual(['address.make', 'disk.make'])
    await clock.run(actions.stop())

    world.order('disk.remove', 'refuse', 4)
    await open({ actions: [without([makeBox], [address, makeDisk])] })
    await clock.advance(3_600_000)

    expect(world.kinds()).toEqual([])
    expect(world.calls.filter(call => call.endsWith('.remove')).slice(-2)).toEqual([
      'disk.remove',
      'address.remove',
    ])
  })

  it('for which other actions have different code is residue: which is right is not guessed', async () => {
    const others = ['one.create', 'two.create'].map(name =>
      action(name, { ...createThing.definition, steps: [makes('port')] }),
    )
    const { kinds, actions } = await released(createThing, [without([makeBox]), ...others])

    expect(kinds).toEqual(['port'])
    expect((await actions.residue())[0]?.lastException.message).toMatch(
      /other actions have different steps of that name/,
    )
  })

  it('that leaves nothing behind needs no code to be undone', async () => {
    const ready = poll('port.ready', {
      input: z.object({ thing: z.string() }),
      output: z.string(),
      ask: async () => 'yes',
      withinMs: 1_000,
    })
    const asking = creating({
      steps: [makePort, ready, makeBox],
      async run({ thing }, { step }) {
        await step(makePort, { thing })
        await step(ready, { thing })
        return { box: (await step(makeBox, { thing })).id }
      },
    })
    const { kinds, actions } = await released(asking, [without([makePort])])

    expect(kinds).toEqual([])
    expect(await actions.residue()).toEqual([])
  })

  it('behind a pivot whose code is nowhere is residue, and the next one goes on', async () => {
    const removePort = step('port.lock', {
      idempotent: true,
      input: z.object({ thing: z.string() }),
      output: z.null(),
      async do(_input, { world }) {
        await world.clock.sleep(10)
        return null
      },
      undo: 'nothing',
    })
    const pivoting = creating({
      steps: [makePort, removePort, removeAll],
      async run({ thing }, { step }) {
        await step(makePort, { thing })
        return step.pivot('removal', [
          [removePort, { thing }],
          [removeAll, { thing }],
        ])
      },
    })
    const setup = toy([pivoting])
    setup.world.order('port.create', 'none')
    const before = await setup.open()
    const { id } = await before.start(pivoting, { thing: 'a' })
    await setup.clock.advance(11)
    setup.world.isCut = true // the process is gone in the middle of the first one
    const after = toy([creating({ version: 2, steps: [makePort, removeAll] })])
    after.world.startFrom(setup.world)
    const actions = await after.open({ journal: setup.journal, database: setup.database })
    await after.clock.advance(10_000)

    expect(await actions.view(id)).toMatchObject({ state: 'succeeded', residue: [{ path: 'port.lock' }] })
    expect(after.world.kinds()).toEqual([])
  })
})

describe('a run that asks for something else than the journal has', () => {
  async function complaintAbout(run: Definition['run'], change: Partial<Definition> = {}, afterMs = 15) {
    const { view, kinds } = await released(createThing, [creating({ ...change, run })], { afterMs })
    expect(view).toMatchObject({
      state: 'rolled-back',
      cause: { exception: NonDeterministicActionException.name },
    })
    expect(kinds).toEqual([])
    return view?.cause?.message
  }

  it('a step was added before one that is done', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makePort, { thing })
      await step(makeBox, { thing })
      await step(makeDisk, { thing })
      return { box: '' }
    })

    expect(complaint).toMatch(
      /at disk\.make: the journal has disk\.make as done before, but run asks for box\.make first/,
    )
  })

  it('a step was added before one that is begun', async () => {
    const setup = toy()
    const before = await setup.open()
    const { id } = await before.start(createThing, { thing: 'a' })
    await setup.clock.advance(15)
    setup.world.isCut = true // the disk is under way
    const changed = creating({
      async run({ thing }, { step }) {
        await step(makePort, { thing })
        await step(makeBox, { thing })
        return { box: '' }
      },
    })
    const after = toy([changed])
    after.world.startFrom(setup.world)
    const actions = await after.open({ journal: setup.journal, database: setup.database })
    await after.clock.advance(120_000)

    expect((await actions.view(id))?.cause?.message).toMatch(
      /the journal has disk\.make as begun before, but run asks for box\.make first/,
    )
    expect(after.world.kinds()).toEqual([])
  })

  it('a step that is done was removed', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makePort, { thing })
      return { box: '' }
    })

    expect(complaint).toMatch(/has disk\.make as done before, but run returned without asking for it/)
  })

  it('steps were reordered', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makeDisk, { thing })
      await step(makePort, { thing })
      return { box: '' }
    })

    expect(complaint).toMatch(/has port\.make as done before, but run asks for disk\.make first/)
  })

  it('another step has the path', async () => {
    const network = makes('network')
    const complaint = await complaintAbout(
      async ({ thing }, { step }) => {
        await step(network, { thing }, { as: 'x' })
        return { box: '' }
      },
      { steps: [network, makePort, makeDisk] },
    )

    expect(complaint).toMatch(/has port\.make as done before, but run asks for network\.make\/x first/)
  })

  it('a finished step gets another input', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makePort, { thing: `${thing} and more` })
      return { box: '' }
    })

    expect(complaint).toMatch(
      /at port\.make: the journal has another input for it, but run gives one that differs at thing/,
    )
  })

  it('a step has another version', async () => {
    const later = laterPort([]) as never
    const complaint = await complaintAbout(
      async ({ thing }, { step }) => {
        await step(later as typeof makePort, { thing })
        return { box: '' }
      },
      { steps: [later, makeDisk], retired: [makePort] },
    )

    expect(complaint).toMatch(
      /the journal has the step port\.make in version 1 there, but run asks for port\.make in version 2/,
    )
  })

  it('a sleep is where a step was', async () => {
    const complaint = await complaintAbout(async (_input, { sleep }) => {
      await sleep('port.make', 10)
      return { box: '' }
    })

    expect(complaint).toMatch(/the journal has the step port\.make there, but run asks for a sleep/)
  })

  it('can not be caught by run', async () => {
    const complaint = await complaintAbout(async ({ thing }, { step }) => {
      await step(makePort, { thing: 'b' }).catch(() => {})
      await step(makeDisk, { thing }).catch(() => {})
      return { box: '' }
    })

    expect(complaint).toMatch(/another input/)
  })

  it('a schema does not fit what the journal has: told, and rolled back', async () => {
    const stricter = step('port.make', {
      ...(makePort.definition as Extract<typeof makePort.definition, { find: unknown }>),
      output: z.object({ id: z.string(), address: z.string() }) as never,
    })
    const { view } = await released(
      createThing,
      [
        creating({
          steps: [stricter as typeof makePort, makeDisk, makeBox],
          async run({ thing }, { step }) {
            await step(stricter as typeof makePort, { thing })
            return { box: '' }
          },
        }),
      ],
      {},
    )

    expect(view?.cause).toMatchObject({
      exception: ActionMisuseException.name,
      message: expect.stringMatching(
        /port\.make has an output in the journal that its schema refuses: address: .*Count the version up/,
      ),
    })
  })
})
