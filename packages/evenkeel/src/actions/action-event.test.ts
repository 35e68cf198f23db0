import { describe, expect, it } from 'vitest'
import type { ActionEvent } from './action-event.ts'
import { action, createThing, toy } from './actions.fixture.ts'

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

describe('the view of an action', () => {
  it('has what it waits for, until it goes on', async () => {
    const { open, clock, world } = toy()
    world.order('port.create', 'busy')
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.advance(20)

    const { waits = [] } = (await actions.view(id)) ?? {}
    expect(waits).toMatchObject([{ path: 'port.make', part: 'do', for: 'busy' }])
    expect((waits[0]?.untilMs ?? 0) - (waits[0]?.sinceMs ?? 0)).toBe(100)

    await clock.run(end)
    expect((await actions.view(id))?.waits).toEqual([])
  })

  it('has whom a queued action waits for, who may be another one than at first', async () => {
    const removal = action('thing.remove', {
      ...createThing.definition,
      queue: 'after-admission',
      admit: async (request: { thing: string }) => request,
    })
    const { open, clock } = toy([createThing, removal])
    const actions = await open()
    const first = await actions.start(createThing, { thing: 'a' })
    const second = await actions.start(removal, { thing: 'a' })
    const third = await actions.start(removal, { thing: 'a' })
    const holderFor = async () => (await actions.view(third.id))?.waits[0]?.holder?.actionId
    await clock.advance(5)

    expect((await actions.view(third.id))?.waits).toMatchObject([
      { for: 'lock', holder: { lock: 'thing:a', action: 'thing.create', actionId: first.id } },
    ])
    await clock.run(first.end)
    await clock.advance(5)
    expect(await holderFor()).toBe(second.id)
    await clock.run(third.end)
    expect(await holderFor()).toBeUndefined()
  })

  it('waits for nothing that only the way forward waited for once it is rolled back', async () => {
    const { open, clock, world } = toy()
    world.order('disk.create', 'busy', 4)
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.advance(60)
    expect((await actions.view(id))?.waits).toMatchObject([{ path: 'disk.make' }])

    await actions.cancel(id, 'wrong image')
    await clock.run(end)

    expect(await actions.view(id)).toMatchObject({ state: 'rolled-back', waits: [] })
  })

  it('says whether it can be called off, how often a step is tried, and when it is closed', async () => {
    const { open, clock } = toy()
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.advance(5)

    expect(await actions.view(id)).toMatchObject({
      isCancellable: true,
      isClosed: false,
      steps: [{ path: 'port.make', attemptsMax: 5 }],
    })
    await clock.run(end)
    await clock.advance(5)
    expect(await actions.view(id)).toMatchObject({ isCancellable: false, isClosed: true })
  })

  it('comes with each event', async () => {
    const { open, clock } = toy()
    const actions = await open()
    const done: number[] = []
    actions.subscribe(event => {
      if (event.kind === 'journaled' && event.entry.kind === 'done') done.push(event.view().stepsDone)
    })

    const { end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    expect(done).toEqual([1, 2, 3])
  })
})
