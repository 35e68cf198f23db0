import { describe, expect, it } from 'vitest'
import { action, createThing, makeBox, step, ToyBusyException, toy } from './actions.fixture.ts'
import type { Found } from './step.ts'

type Findable = Extract<typeof makeBox.definition, { readonly find: unknown }>

function thingWithBox(changed: Partial<Findable>) {
  const box = step('box.make', { ...(makeBox.definition as Findable), ...changed })
  return action('thing.create', {
    ...createThing.definition,
    steps: [box],
    run: async ({ thing }, { step: perform }) => ({ box: (await perform(box, { thing })).id }),
  })
}

describe('an undo that meets a busy system', () => {
  it('awaits what the system is still making, instead of spending its attempts on it', async () => {
    let looks = 0
    const found = (): readonly Found<{ id: string }>[] =>
      ++looks > 20
        ? [{ state: 'ready', output: { id: 'box-1' } }]
        : [{ state: 'pending', output: { id: 'box-1' } }]
    const create = thingWithBox({
      find: async () => found(),
      waitMs: 1_000,
      async undo({ id }, { world }) {
        if (looks <= 20) throw new ToyBusyException()
        await world.remove(id)
      },
    })
    const { open, clock, world } = toy([create])
    world.order('box.create', 'lose-answer')
    const actions = await open()
    const { end } = await actions.start(create, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('rolled-back')
    expect(await actions.residue()).toEqual([])
    expect(world.kinds()).toEqual([])
  })
})

describe('an object in an error state', () => {
  it('is removed before the next attempt, unless the step replaces it', async () => {
    const calls = async (replaces: boolean) => {
      const create = thingWithBox({ replaces })
      const { open, clock, world } = toy([create])
      world.order('box.create', 'error-state')
      const { end } = await (await open()).start(create, { thing: 'a' })
      await clock.run(end)
      return world.calls.filter(call => !call.endsWith('.find'))
    }

    expect(await calls(false)).toEqual(['box.create', 'box.remove', 'box.create'])
    expect(await calls(true)).toEqual(['box.create', 'box.create'])
  })
})
