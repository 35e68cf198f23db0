import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  action,
  createThing,
  makeBox,
  type makeDisk,
  makes,
  step,
  ToyTimeoutException,
  toy,
} from './actions.fixture.ts'
import type { AnyStep } from './step.ts'

const turnOn = step('switch.turn-on', {
  idempotent: true,
  attempts: 1,
  input: z.object({ thing: z.string() }),
  output: z.null(),
  async do({ thing }, { world }) {
    await world.turn(thing, true)
    return null
  },
  undo: (_output, { input, world }) => world.turn(input.thing, false),
})

/** Tries something, and makes a box whether it works or not. */
function trying(tried: AnyStep<never>) {
  return action('thing.create', {
    ...createThing.definition,
    steps: [tried as typeof makeDisk, makeBox],
    async run({ thing }, { step }) {
      await step(tried as typeof makeDisk, { thing }).catch(() => {})
      return { box: (await step(makeBox, { thing })).id }
    },
  })
}

describe('a failure that run catches, in an action that succeeds', () => {
  it('leaves nothing: what may have happened is undone before the end', async () => {
    const create = trying(turnOn as AnyStep<never>)
    const { open, clock, world } = toy([create])
    world.order('switch.on', 'lose-answer')
    const actions = await open()

    const { id, end } = await actions.start(create, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
    expect(world.switches.get('a')).toBe(false)
    expect((await actions.view(id))?.steps[0]).toMatchObject({ state: 'undone' })
  })

  it('is residue where it can not be undone yet, and the action succeeds all the same', async () => {
    const disk = makes('disk')
    const create = trying(disk as AnyStep<never>)
    const { open, clock, world } = toy([create])
    world.order('disk.create', 'error-state', 9).order('disk.remove', 'refuse', 9)
    const actions = await open()

    const { end } = await actions.start(create, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
    expect((await actions.residue()).map(({ path }) => path)).toEqual(['disk.make'])
    await clock.advance(600_000)
    expect(world.kinds()).toEqual(['box'])
    expect(await actions.residue()).toEqual([])
  })

  it('is undone before the end of an action with a pivot, too', async () => {
    const create = action('thing.create', {
      ...createThing.definition,
      steps: [turnOn, makeBox],
      async run({ thing }, { step }) {
        await step(turnOn, { thing }).catch(() => {})
        return step.pivot('the box', [[makeBox, { thing }]])
      },
    })
    const { open, clock, world } = toy([create])
    world.order('switch.on', 'lose-answer')

    const { end } = await (await open()).start(create, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
    expect(world.switches.get('a')).toBe(false)
    expect(world.kinds()).toEqual(['box'])
  })

  it('is undone once, also if the process ends in the middle of it', async () => {
    const create = trying(turnOn as AnyStep<never>)
    const { open, clock, world } = toy([create])
    world.order('switch.on', 'lose-answer').order('switch.off', 'busy', 2)
    const before = await open()
    const { id } = await before.start(create, { thing: 'a' })
    await clock.advance(60)
    await clock.run(before.stop())

    const after = await open()
    await clock.advance(60_000)

    expect((await after.view(id))?.state).toBe('succeeded')
    expect(world.switches.get('a')).toBe(false)
    expect(world.calls.filter(call => call === 'switch.off')).toHaveLength(3)
  })

  it('has the class by which it was thrown', async () => {
    const caught: unknown[] = []
    const create = action('thing.create', {
      ...createThing.definition,
      steps: [turnOn],
      async run({ thing }, { step }) {
        await step(turnOn, { thing }).catch((thrown: unknown) => caught.push(thrown))
        return { box: '' }
      },
    })
    const { open, clock, world } = toy([create])
    world.order('switch.on', 'lose-answer')

    await clock.run((await (await open()).start(create, { thing: 'a' })).end)

    expect(caught).toEqual([expect.any(ToyTimeoutException)])
  })
})
