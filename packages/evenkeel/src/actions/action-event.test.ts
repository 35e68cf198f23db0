import { describe, expect, it } from 'vitest'
import type { ActionEvent } from './action-event.ts'
import { createThing, toy } from './actions.fixture.ts'

describe('whoever subscribes to actions', () => {
  it('is told each line of the journal, in order, beginning with the start', async () => {
    const { open, clock } = toy()
    const actions = await open()
    const told: ActionEvent[] = []
    actions.subscribe(event => told.push(event))

    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    const written = told.flatMap(event => (event.kind === 'journaled' ? [event.entry.kind] : []))
    const oneStep = ['intent', 'done']
    expect(written).toEqual(['started', ...oneStep, ...oneStep, ...oneStep, 'ending', 'ended', 'closed'])
    expect(new Set(told.map(({ actionId }) => actionId))).toEqual(new Set([id]))
  })

  it('is told what an action waits for, and until when', async () => {
    const { open, clock, world } = toy()
    world.order('port.create', 'busy').order('disk.create', 'lose-answer').order('box.create', 'busy')
    const actions = await open()
    const waits: object[] = []
    actions.subscribe(event => {
      if (event.kind === 'waiting')
        waits.push({ path: event.path, for: event.for, ms: (event.untilMs ?? 0) - event.atMs })
    })

    const { end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    expect(waits).toEqual([
      { path: 'port.make', for: 'busy', ms: 100 },
      { path: 'box.make', for: 'busy', ms: 100 },
    ])
  })

  it('is told no more once it has ended its subscription, and one that throws is reported', async () => {
    const reports: string[] = []
    const { open, clock } = toy()
    const actions = await open({ report: ({ message }) => reports.push(message) })
    actions.subscribe(() => {
      throw new TypeError('a listener with a bug')
    })
    let told = 0
    const leave = actions.subscribe(() => {
      told++
    })
    leave()

    const { end } = await actions.start(createThing, { thing: 'a' })

    expect(await clock.run(end)).toMatchObject({ kind: 'succeeded' })
    expect(told).toBe(0)
    expect(new Set(reports)).toEqual(new Set(['TypeError: a listener with a bug']))
  })
})
