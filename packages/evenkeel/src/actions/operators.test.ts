import { describe, expect, it } from 'vitest'
import { createThing, toy } from './actions.fixture.ts'

/** A rollback whose undo of the disk fails again and again. */
async function withResidue() {
  const setup = toy()
  setup.world.order('box.create', 'refuse').order('disk.remove', 'refuse', 1_000)
  const actions = await setup.open()
  const { id, end } = await actions.start(createThing, { thing: 'a' })
  await setup.clock.run(end)
  return { ...setup, actions, id }
}

describe('an operator', () => {
  it('has residue tried at once, instead of at its time', async () => {
    const { actions, clock, world, id } = await withResidue()
    await clock.advance(1_800_000)
    world.clearFaults()

    const isThere = await clock.run(actions.retry(id, 'disk.make', { by: 'ada' }))
    await clock.advance(100)

    expect(isThere).toBe(true)
    expect(await actions.residue()).toEqual([])
    expect(world.kinds()).toEqual([])
  })

  it('takes residue from the janitor with a reason, which is kept', async () => {
    const { actions, clock, world, id } = await withResidue()
    const calls = world.calls.length

    await clock.run(actions.forget(id, 'disk.make', { by: 'ada', reason: 'removed by hand' }))
    await clock.advance(7_200_000)

    expect(await actions.residue()).toEqual([])
    expect(world.calls).toHaveLength(calls)
    const view = await actions.view(id)
    expect(view?.steps.find(({ path }) => path === 'disk.make')).toMatchObject({
      state: 'forgotten',
      forgotten: { by: 'ada', reason: 'removed by hand' },
    })
    expect(await actions.overview()).toMatchObject({ residue: 0 })
  })

  it('names an action for as long as it has something left over', async () => {
    const { actions, clock, id } = await withResidue()
    const before = actions.unclosed()

    await clock.run(actions.forget(id, 'disk.make', { by: 'ada', reason: 'removed by hand' }))
    await clock.advance(1)

    expect(before.map(action => action.id)).toEqual([id])
    expect(before[0]?.locks).toHaveLength(1)
    expect(actions.unclosed()).toEqual([])
  })

  it('finds that it stays forgotten after a restart', async () => {
    const { actions, clock, open, id } = await withResidue()
    await clock.run(actions.forget(id, 'disk.make', { by: 'ada', reason: 'removed by hand' }))
    await clock.run(actions.stop())

    const after = await open()

    expect(await after.residue()).toEqual([])
    expect((await after.view(id))?.state).toBe('rolled-back')
  })

  it('is told when there is nothing to try or to forget', async () => {
    const { actions, clock, id } = await withResidue()

    expect(await actions.retry(id, 'port.make', { by: 'ada' })).toBe(false)
    expect(await actions.forget(id, 'no.such', { by: 'ada', reason: '' })).toBe(false)
    expect(await clock.run(actions.forget(id, 'disk.make', { by: 'ada', reason: 'gone' }))).toBe(true)
    expect(await actions.forget(id, 'disk.make', { by: 'ada', reason: 'gone' })).toBe(false)
  })

  it('finds actions by name, lock, state, class and time', async () => {
    const { actions, clock, id } = await withResidue()
    const { id: second, end } = await actions.start(createThing, { thing: 'b' })
    await clock.run(end)
    const idsOf = async (query: Parameters<typeof actions.list>[0]) =>
      (await actions.list(query)).map(found => found.id)

    expect(await idsOf({ lock: 'thing:a' })).toEqual([id])
    expect(await idsOf({ class: 'ToyRefusedException' })).toEqual([id])
    expect(await idsOf({ state: 'rolled-back', name: 'thing.create' })).toEqual([id])
    expect(await idsOf({ state: 'succeeded' })).toContain(second)
    expect(await idsOf({ toMs: clock.now() + 1 })).toHaveLength(2)
  })
})
