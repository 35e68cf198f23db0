import { describe, expect, it } from 'vitest'
import { createThing, toy } from './actions.fixture.ts'

describe('endOf', () => {
  it('tells whoever waits how an action ends that somebody else has started', async () => {
    const { open, clock } = toy()
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })

    const waiting = actions.endOf(id) ?? Promise.reject(new Error('it does not go on'))

    expect(await clock.run(waiting)).toEqual(await end)
  })

  it('tells it of one that an earlier process has started', async () => {
    const { open, clock } = toy()
    const before = await open()
    const { id } = await before.start(createThing, { thing: 'a' })
    await clock.run(before.stop())

    const actions = await open()
    const waiting = actions.endOf(id) ?? Promise.reject(new Error('it does not go on'))

    expect(await clock.run(waiting)).toMatchObject({ kind: 'succeeded', actionId: id })
  })

  it('waits for no residue', async () => {
    const { open, clock, world } = toy()
    world.order('box.create', 'refuse').order('disk.remove', 'refuse', 1_000)
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    expect(await actions.endOf(id)).toMatchObject({ kind: 'rolled-back' })
    expect(await actions.residue()).toHaveLength(1)
  })

  it('is undefined for what is over, or never was', async () => {
    const { open, clock } = toy()
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)
    await clock.advance(100)

    expect(actions.endOf(id)).toBeUndefined()
    expect(actions.endOf('no such action')).toBeUndefined()
  })
})
