import { describe, expect, it } from 'vitest'
import {
  action,
  createThing,
  makeBox,
  makeDisk,
  makePort,
  ToyRefusedException,
  toy,
} from './actions.fixture.ts'

type Run = typeof createThing.definition.run

/** `thing.create` with another way to go. */
function creating(run: Run) {
  return action('thing.create', { ...createThing.definition, run })
}

async function started(run: Run) {
  const create = creating(run)
  const setup = toy([create])
  const actions = await setup.open()
  return { ...setup, actions, create, start: () => actions.start(create, { thing: 'a' }) }
}

describe('branches side by side', () => {
  const sideBySide: Run = async ({ thing }, { step }) => {
    const { port, storage } = await step.all({
      port: step => step(makePort, { thing }),
      storage: async step => {
        const { disk, box } = await step.all({
          disk: step => step(makeDisk, { thing }),
          box: step => step(makeBox, { thing }),
        })
        return [disk.id, box.id]
      },
    })
    return { box: [port.id, ...storage].join(' ') }
  }

  it('are under way at once, and give what each came to by its name', async () => {
    const { clock, start } = await started(sideBySide)
    const startedAtMs = clock.now()

    const { end } = await start()

    expect(await clock.run(end)).toMatchObject({ kind: 'succeeded', output: { box: 'port-1 disk-2 box-3' } })
    expect(clock.now() - startedAtMs).toBeLessThan(20) // each takes 10
  })

  it('have paths that begin with the name of the branch, also one within another', async () => {
    const { clock, start, actions } = await started(sideBySide)

    const { id, end } = await start()
    await clock.run(end)

    const paths = (await actions.view(id))?.steps.map(({ path }) => path)
    expect(paths).toEqual(['port/port.make', 'storage/disk/disk.make', 'storage/box/box.make'])
  })

  it('are as many at once as is allowed, and keep the order of their names in the result', async () => {
    const order: string[] = []
    const { clock, start } = await started(async ({ thing }, { step }) => {
      const branch = (name: string) => async (caller: typeof step) => {
        order.push(`${name} begins`)
        await caller(makePort, { thing })
        order.push(`${name} ends`)
        return name
      }
      const results = await step.all({ a: branch('a'), b: branch('b'), c: branch('c') }, { concurrency: 1 })
      return { box: Object.entries(results).join(' ') }
    })

    const { end } = await start()

    expect(await clock.run(end)).toMatchObject({ output: { box: 'a,a b,b c,c' } })
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  })

  it('of which there are none are done at once', async () => {
    const { clock, start } = await started(async (_input, { step }) => ({
      box: JSON.stringify(await step.all({})),
    }))

    const { end } = await start()

    expect(await clock.run(end)).toMatchObject({ kind: 'succeeded', output: { box: '{}' } })
  })
})

describe('a branch that fails', () => {
  const twoBranches: Run = async ({ thing }, { step }) => {
    await step.all({
      quick: step => step(makePort, { thing }),
      slow: async step => {
        await step(makeDisk, { thing })
        await step(makeBox, { thing })
      },
    })
    return { box: '' }
  }

  it('lets no further step of the others begin, and what is under way ends and is undone', async () => {
    const { clock, start, actions, world } = await started(twoBranches)
    world.order('port.create', 'refuse').order('disk.create', 'busy', 2)

    const { id, end } = await start()

    expect(await clock.run(end)).toMatchObject({
      kind: 'rolled-back',
      cause: expect.any(ToyRefusedException),
    })
    const disk = (await actions.view(id))?.steps.find(({ path }) => path === 'slow/disk.make')
    expect(disk).toMatchObject({ state: 'undone', attempts: [{}, {}, { effect: 'done' }] })
    expect(world.calls).not.toContain('box.create')
    expect(world.kinds()).toEqual([])
  })

  it('does not let what another came to out to it any more', async () => {
    const heard: string[] = []
    const { clock, start, world } = await started(async ({ thing }, { step }) => {
      await step.all({
        quick: step => step(makePort, { thing }),
        slow: step => step(makeDisk, { thing }).then(({ id }) => heard.push(id)),
      })
      return { box: '' }
    })
    world.order('port.create', 'refuse').order('disk.create', 'busy', 2)

    await clock.run((await start()).end)

    expect(heard).toEqual([])
  })

  it('is thrown if it is the first of several in the journal', async () => {
    const { clock, start, world, journal } = await started(twoBranches)
    world.order('port.create', 'busy', 99).order('disk.create', 'refuse')

    const { id, end } = await start()

    expect(await clock.run(end)).toMatchObject({ cause: expect.any(ToyRefusedException) })
    const failed = (await journal.read(id)).flatMap(entry =>
      entry.kind === 'step-failed' ? [entry.path] : [],
    )
    expect(failed).toEqual(['slow/disk.make', 'quick/port.make'])
  })

  it('can be caught by run, which then goes another way', async () => {
    const { clock, start, world } = await started(async ({ thing }, { step }) => {
      try {
        await step.all({
          port: step => step(makePort, { thing }),
          disk: step => step(makeDisk, { thing }),
        })
      } catch {
        const { id } = await step(makeBox, { thing }, { as: 'instead' })
        return { box: id }
      }
      return { box: 'none' }
    })
    world.order('port.create', 'refuse').order('disk.create', 'busy', 1)

    const { end } = await start()

    expect(await clock.run(end)).toMatchObject({ kind: 'succeeded', output: { box: 'box-2' } })
    expect(world.kinds()).toEqual(['box', 'disk'])
  })

  it('can be caught by run, even where branches within another one were given up', async () => {
    const { clock, start, world } = await started(async ({ thing }, { step }) => {
      const caught = await step
        .all({
          port: step => step(makePort, { thing }),
          inner: step =>
            step.all({
              disk: async step => {
                await step(makeDisk, { thing })
                await step(makeBox, { thing })
              },
            }),
        })
        .catch((thrown: Error) => thrown.name)
      return { box: String(caught) }
    })
    world.order('port.create', 'refuse').order('disk.create', 'busy', 1)

    const { end } = await start()

    expect(await clock.run(end)).toMatchObject({ kind: 'succeeded', output: { box: 'ToyRefusedException' } })
  })

  it('with a bug of its own is rolled back like any other', async () => {
    const { clock, start, world } = await started(async ({ thing }, { step }) => {
      await step.all({
        port: step => step(makePort, { thing }),
        bug: () => {
          throw new RangeError('a bug')
        },
      })
      return { box: '' }
    })

    const { end } = await start()

    expect(await clock.run(end)).toMatchObject({
      kind: 'rolled-back',
      cause: { message: 'RangeError: a bug' },
    })
    expect(world.kinds()).toEqual([])
  })
})

describe('a part of an action', () => {
  it('has paths that begin with its name, so that one helper is used twice', async () => {
    const network: (input: { thing: string }, context: Pick<Parameters<Run>[1], 'step'>) => Promise<string> =
      async ({ thing }, { step }) => (await step(makePort, { thing })).id
    const { clock, start, actions } = await started(async (input, { step }) => {
      const front = await network(input, { step: step.under('front') })
      const back = await network(input, { step: step.under('back') })
      return { box: `${front} ${back}` }
    })

    const { id, end } = await start()

    expect(await clock.run(end)).toMatchObject({ output: { box: 'port-1 port-2' } })
    const paths = (await actions.view(id))?.steps.map(({ path }) => path)
    expect(paths).toEqual(['front/port.make', 'back/port.make'])
  })
})
