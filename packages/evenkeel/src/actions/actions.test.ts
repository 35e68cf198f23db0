import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import {
  action,
  createThing,
  makeBox,
  makeDisk,
  makePort,
  makes,
  removes,
  step,
  type ToyFault,
  ToyRefusedException,
  toy,
} from './actions.fixture.ts'
import type { JournalEntry } from './engine/journal.ts'
import {
  ActionCancelledException,
  ActionsStoppingException,
  BrokenObjectException,
  GaveUpWaitingException,
  JournalMismatchException,
  LockedException,
  NonDeterministicActionException,
  StepBusyException,
  StepTimeoutException,
  WatchedException,
} from './exceptions.ts'
import { Secret } from './secret.ts'

function kindsOf(entries: readonly JournalEntry[]): string[] {
  return entries.map(({ kind }) => kind)
}

describe('an action that meets no fault', () => {
  it('succeeds, and leaves exactly what it made', async () => {
    const { open, clock, world, database } = toy()
    const actions = await open()

    const { end } = await actions.start(createThing, { thing: 'a' })

    expect(await clock.run(end)).toMatchObject({ kind: 'succeeded', output: { box: 'box-3' } })
    expect(world.kinds()).toEqual(['box', 'disk', 'port'])
    expect(database.read.records).toEqual({ things: { a: 'ready' }, ends: ['succeeded'] })
    expect(database.read.admitted).toEqual([])
  })

  it('is admitted before it runs: its record is there as soon as it is started', async () => {
    const { open, database } = toy()
    const actions = await open()

    await actions.start(createThing, { thing: 'a' })

    expect(database.read.records.things).toEqual({ a: 'changing' })
  })

  it('is closed in the journal, intent before result at every step', async () => {
    const { open, clock, journal } = toy()
    const actions = await open()

    const { id } = await actions.start(createThing, { thing: 'a' })
    await clock.advance(1_000)

    expect(kindsOf(await journal.read(id))).toEqual([
      'started',
      'intent',
      'done',
      'intent',
      'done',
      'intent',
      'done',
      'ending',
      'ended',
      'closed',
    ])
  })
})

describe('a fault at the last step', () => {
  async function outcome(fault: ToyFault, times = 1) {
    const { open, clock, world, database } = toy()
    const actions = await open()
    world.order('box.create', fault, times)
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    const ended = await clock.run(end)
    await clock.advance(120_000)
    return {
      ended,
      kinds: world.kinds(),
      records: database.read.records,
      view: await actions.view(id),
      world,
    }
  }

  it('refuse: everything before is undone, newest first, and the cause is the class that was thrown', async () => {
    const { ended, kinds, records, world } = await outcome('refuse')

    expect(ended).toMatchObject({ kind: 'rolled-back', cause: expect.any(ToyRefusedException) })
    expect(kinds).toEqual([])
    expect(records).toEqual({ things: {}, ends: ['rolled-back'] })
    expect(world.calls.filter(call => call.endsWith('remove'))).toEqual(['disk.remove', 'port.remove'])
  })

  it('busy within the bound: it is tried again and succeeds', async () => {
    const { ended, kinds, view } = await outcome('busy', 4)

    expect(ended.kind).toBe('succeeded')
    expect(kinds).toEqual(['box', 'disk', 'port'])
    expect(view?.attemptsMax).toBe(5)
  })

  it('busy beyond the bound: a ContentionException, rolled back', async () => {
    const { ended, kinds } = await outcome('busy', 99)

    expect(ended).toMatchObject({ kind: 'rolled-back', cause: expect.any(StepBusyException) })
    expect(kinds).toEqual([])
  })

  it('lost answer: the object is found and kept, and none is made twice', async () => {
    const { ended, kinds, view } = await outcome('lose-answer')

    expect(ended.kind).toBe('succeeded')
    expect(kinds).toEqual(['box', 'disk', 'port'])
    expect(view?.steps.at(-1)?.attempts).toHaveLength(1)
  })

  it('late effect: the second attempt is kept, and what comes late is removed by the watch', async () => {
    const { ended, kinds, view } = await outcome('late-effect')

    expect(ended.kind).toBe('succeeded')
    expect(kinds).toEqual(['box', 'disk', 'port'])
    expect(view?.steps.at(-1)?.objects).toEqual(['box-3', 'box-4'])
    expect(view?.watchCount).toBe(0)
  })

  it('late effect that then makes every attempt busy: it is found and kept', async () => {
    const { open, clock, world } = toy()
    const actions = await open({ random: () => 0.99 })
    world.order('box.create', 'late-effect').order('box.create', 'busy', 4)

    const { end } = await actions.start(createThing, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
    await clock.advance(120_000)
    expect(world.kinds()).toEqual(['box', 'disk', 'port'])
  })

  it('late effects at every attempt: the first that shows is kept, and the watch removes all that follow', async () => {
    const { ended, kinds, view } = await outcome('late-effect', 5)

    expect(ended.kind).toBe('succeeded')
    expect(kinds).toEqual(['box', 'disk', 'port'])
    expect(view?.steps.at(-1)?.attempts.length).toBeGreaterThan(1)
  })

  it('error state: the broken object is removed before the next attempt', async () => {
    const { ended, kinds, world } = await outcome('error-state')

    expect(ended.kind).toBe('succeeded')
    expect(kinds).toEqual(['box', 'disk', 'port'])
    expect(world.calls.indexOf('box.remove')).toBeLessThan(world.calls.lastIndexOf('box.create'))
  })

  it('error state, and the broken object resists: rolled back for the error state, not for what is in the way of another attempt', async () => {
    const { open, clock, world } = toy()
    const actions = await open()
    world.order('box.create', 'error-state').order('box.remove', 'refuse', 7)

    const { id, end } = await actions.start(createThing, { thing: 'a' })
    const ended = await clock.run(end)

    expect(ended).toMatchObject({ kind: 'rolled-back', cause: expect.any(BrokenObjectException) })
    expect((await actions.view(id))?.residueCount).toBe(1)
    await clock.advance(300_000)
    expect((await actions.view(id))?.residueCount).toBe(0)
    expect(world.kinds()).toEqual([])
  })

  it('no answer at all: the attempt times out, and its outcome is unknown', async () => {
    const { ended, view } = await outcome('hang')

    expect(ended.kind).toBe('succeeded')
    expect(view?.steps.at(-1)?.attempts[0]).toMatchObject({
      effect: 'unknown',
      exception: { exception: StepTimeoutException.name },
    })
  })
})

describe('when find itself fails', () => {
  it('the outcome stays unknown: rolled back, residue until find answers, then nothing is left', async () => {
    const { open, clock, world } = toy()
    const actions = await open()
    world.order('box.create', 'lose-answer').order('box.find', 'lose-answer', 1_000)

    const { id, end } = await actions.start(createThing, { thing: 'a' })
    const ended = await clock.run(end)

    expect(ended.kind).toBe('rolled-back')
    expect(await actions.residue()).toMatchObject([{ actionId: id, path: 'box.make', actor: 'janitor' }])
    expect(world.kinds()).toEqual(['box'])

    world.clearFaults()
    await clock.advance(600_000)

    expect(await actions.residue()).toEqual([])
    expect(world.kinds()).toEqual([])
  })
})

describe('rollback', () => {
  it('goes on past an undo that fails, and the janitor clears the residue later', async () => {
    const { open, clock, world, database } = toy()
    const actions = await open()
    world.order('box.create', 'refuse').order('disk.remove', 'refuse', 3)

    const { end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    expect(world.kinds()).toEqual(['disk'])
    expect(database.read.records.things).toEqual({}) // residue is the provider's: the record is gone all the same
    expect((await actions.residue()).map(({ path }) => path)).toEqual(['disk.make'])

    await clock.advance(60_000)

    expect(world.kinds()).toEqual([])
    expect(await actions.residue()).toEqual([])
  })

  it('gives an undo that does not answer ten seconds in all, and leaves it to the janitor', async () => {
    const { open, clock, world } = toy()
    const actions = await open()
    world.order('box.create', 'refuse').order('disk.remove', 'hang', 3)
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    const startedAtMs = clock.now()

    await clock.run(end)

    const disk = (await actions.view(id))?.steps.find(({ path }) => path === 'disk.make')
    expect(disk).toMatchObject({ state: 'residue', undo: [{ effect: 'unknown' }] })
    expect(clock.now() - startedAtMs).toBeLessThan(11_000)
    await clock.advance(600_000)
    expect(world.kinds()).toEqual([])
  })

  it('undoes the unknown step first', async () => {
    const { open, clock, world } = toy()
    const actions = await open()
    world.order('box.create', 'lose-answer', 9).order('box.find', 'busy', 5)

    const { end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    expect(world.calls.filter(call => call.endsWith('remove'))).toEqual([
      'box.remove',
      'disk.remove',
      'port.remove',
    ])
  })

  it('keeps what is marked onlyWhenClean until no watch is open any more', async () => {
    const address = makes('address', { onlyWhenClean: true })
    const create = action('thing.create', {
      ...createThing.definition,
      steps: [address, makeBox],
      async run({ thing }, { step: perform }) {
        await perform(address, { thing })
        const { id } = await perform(makeBox, { thing })
        return { box: id }
      },
    })
    const { open, clock, world } = toy([create])
    const actions = await open()
    world.order('box.create', 'late-effect').order('box.create', 'refuse')

    const { id, end } = await actions.start(create, { thing: 'a' })
    await clock.run(end)

    expect(world.kinds()).toContain('address')
    expect((await actions.view(id))?.steps[0]?.state).toBe('deferred')

    await clock.advance(120_000)

    expect(world.kinds()).toEqual([])
    expect((await actions.view(id))?.steps[0]?.state).toBe('undone')
  })
})

describe('a watch that begins as late as it ends', () => {
  const slow = action('thing.create', {
    ...createThing.definition,
    async run({ thing }, { step, sleep }) {
      const { id } = await step(makeBox, { thing })
      await sleep('cool-down', 70_000) // longer than a watch lasts
      return { box: id }
    },
  })

  it('tries what it has to remove as often as any undo, before it is residue', async () => {
    const { open, clock, world, journal } = toy([slow])
    const actions = await open()
    world.order('box.create', 'late-effect').order('box.remove', 'busy', 2)

    const { id, end } = await actions.start(slow, { thing: 'a' })
    await clock.run(end)
    await clock.advance(600_000)

    expect(world.kinds()).toEqual(['box'])
    expect(kindsOf(await journal.read(id))).not.toContain('residue')
  })
})

describe('the overview', () => {
  it('counts what runs, is left over and is watched, and forgets what has ended clean', async () => {
    const { open, clock, world } = toy()
    const actions = await open()
    world.order('box.create', 'late-effect').order('box.find', 'lose-answer', 1_000)
    const { end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    expect(await actions.overview()).toEqual({ running: 0, watches: 1, residue: 1 })

    world.clearFaults()
    const next = await actions.start(createThing, { thing: 'b' })

    expect(await actions.overview()).toEqual({ running: 1, watches: 1, residue: 1 })

    await clock.run(next.end)
    await clock.advance(600_000)

    expect(await actions.overview()).toEqual({ running: 0, watches: 0, residue: 0 })
  })
})

describe('locks', () => {
  it('let one action at a time work on a key, first come first served', async () => {
    const { open, clock, database } = toy()
    const actions = await open()

    const first = await actions.start(createThing, { thing: 'a' })
    const second = actions.start(createThing, { thing: 'a' })
    await clock.run(first.end)
    const { end } = await clock.run(second)
    await clock.run(end)

    expect(database.read.records.ends).toEqual(['succeeded', 'succeeded'])
  })

  it('tell who holds them when the wait is over, and nothing was begun', async () => {
    const { open, clock, database, world } = toy()
    const actions = await open()
    world.order('box.create', 'busy', 4)
    await actions.start(createThing, { thing: 'a' })

    const waiting = actions.start(createThing, { thing: 'a' }, { waitMs: 5 })

    await expect(clock.run(waiting)).rejects.toThrow(LockedException)
    expect(database.read.admitted).toHaveLength(1)
  })

  it('forget a caller that went away while it waited', async () => {
    const { open, clock } = toy()
    const actions = await open()
    await actions.start(createThing, { thing: 'a' })
    const caller = new AbortController()

    const waiting = actions.start(createThing, { thing: 'a' }, { signal: caller.signal })
    caller.abort()

    await expect(clock.run(waiting)).rejects.toThrow(GaveUpWaitingException)
  })

  it('are given back by an admission that throws', async () => {
    const refuseOnce = { left: 1 }
    const create = action('thing.create', {
      ...createThing.definition,
      async admit(request: { thing: string }) {
        if (refuseOnce.left-- > 0) throw new ToyRefusedException()
        return request
      },
    })
    const { open, clock } = toy([create])
    const actions = await open()

    await expect(actions.start(create, { thing: 'a' })).rejects.toThrow(ToyRefusedException)
    const { end } = await actions.start(create, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
  })
})

describe('a shutdown', () => {
  it('tells those who wait to be admitted to come back, and nothing was begun', async () => {
    const { open, clock, database } = toy()
    const actions = await open()
    await actions.start(createThing, { thing: 'a' })

    const waiting = actions.start(createThing, { thing: 'a' })
    const refused = expect(waiting).rejects.toThrow(ActionsStoppingException)
    await clock.run(actions.stop())

    await refused
    await expect(actions.start(createThing, { thing: 'b' })).rejects.toThrow(ActionsStoppingException)
    expect(database.read.admitted).toHaveLength(1)
  })
})

describe('a cancel', () => {
  it('rolls back what was begun, when the effect under way has ended', async () => {
    const { open, clock, world, database } = toy()
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.advance(15) // the port is made, the disk under way

    expect(await actions.cancel(id, 'not wanted any more')).toBe(true)

    expect(await clock.run(end)).toMatchObject({
      kind: 'rolled-back',
      cause: expect.any(ActionCancelledException),
    })
    await clock.advance(120_000)
    expect(world.kinds()).toEqual([])
    expect(world.calls).not.toContain('box.create')
    expect(database.read.records.ends).toEqual(['rolled-back'])
  })

  it('does not come to an action that can not be called off', async () => {
    const uncancellable = action('thing.overwrite', { ...createThing.definition, isCancellable: false })
    const { open, clock } = toy([uncancellable])
    const actions = await open()
    const { id, end } = await actions.start(uncancellable, { thing: 'a' })
    await clock.advance(15)

    expect(await actions.cancel(id, 'not wanted any more')).toBe(false)
    expect(await actions.view(id)).toMatchObject({ isCancellable: false })
    expect((await clock.run(end)).kind).toBe('succeeded')
  })

  it('comes too late once the action has ended', async () => {
    const { open, clock } = toy()
    const actions = await open()
    const { id, end } = await actions.start(createThing, { thing: 'a' })
    await clock.run(end)

    expect(await actions.cancel(id, 'not wanted any more')).toBe(false)
  })
})

const removeBox = removes('box')
const removeDisk = removes('disk')
const readThing = step('thing.read', {
  idempotent: true,
  input: z.object({ thing: z.string() }),
  output: z.array(z.string()),
  do: async (_input, { world }) => [...world.objects.keys()],
  undo: 'nothing',
})

/** Removes all that belongs to a thing: admitted at once, queued, with a pivot. */
const deleteThing = action('thing.delete', {
  version: 1,
  input: z.object({ thing: z.string() }),
  output: z.null(),
  steps: [readThing, removeBox, removeDisk],
  queue: 'after-admission',
  cancels: ['thing.create'],
  locks: async ({ thing }: { thing: string }) => [`thing:${thing}`],
  async admit(request: { thing: string }, db) {
    delete db.records.things[request.thing]
    return request
  },
  async run({ thing }, { step: perform }) {
    const objects = await perform(readThing, { thing })
    const named = (kind: string) => objects.filter(id => id.startsWith(kind))
    return perform.pivot('removal', [
      ...named('box').map(id => [removeBox, { id }, { as: id }] as const),
      ...named('disk').map(id => [removeDisk, { id }, { as: id }] as const),
    ])
  },
  async onEnd(end, _input, db) {
    db.records.ends.push(`delete ${end.kind}`)
  },
})

describe('a pivot', () => {
  async function created() {
    const setup = toy([createThing, deleteThing])
    const actions = await setup.open()
    const { end } = await actions.start(createThing, { thing: 'a' })
    await setup.clock.run(end)
    return { ...setup, actions }
  }

  it('is followed by its steps, in their order', async () => {
    const { actions, clock, world } = await created()

    const { end } = await actions.start(deleteThing, { thing: 'a' })

    expect(await clock.run(end)).toMatchObject({ kind: 'succeeded', output: undefined })
    expect(world.calls.slice(-2)).toEqual(['box.remove', 'disk.remove'])
  })

  it('is not stopped by a step that fails: that becomes residue, the next goes on, the janitor finishes', async () => {
    const { actions, clock, world } = await created()
    world.order('box.remove', 'refuse', 2)

    const { end } = await actions.start(deleteThing, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
    expect(world.kinds()).toEqual(['box', 'port'])
    expect(await actions.residue()).toMatchObject([{ step: 'box.remove', object: 'box-3' }])
    await clock.advance(60_000)
    expect(world.kinds()).toEqual(['port'])
    expect(await actions.residue()).toEqual([])
  })

  it('makes a cancel come too late', async () => {
    const { actions, clock, world } = await created()
    world.order('box.remove', 'busy', 2)
    const { id, end } = await actions.start(deleteThing, { thing: 'a' })
    await clock.advance(30)

    expect(await actions.cancel(id, 'changed my mind')).toBe(false)
    expect((await clock.run(end)).kind).toBe('succeeded')
  })
})

describe('a deletion', () => {
  it('is admitted at once, cancels the creation, and finds nothing left to remove', async () => {
    const { open, clock, world, database } = toy([createThing, deleteThing])
    const actions = await open()
    const creation = await actions.start(createThing, { thing: 'a' })
    await clock.advance(15)

    const deletion = await actions.start(deleteThing, { thing: 'a' })

    expect(database.read.records.things).toEqual({})
    expect((await clock.run(creation.end)).kind).toBe('rolled-back')
    expect((await clock.run(deletion.end)).kind).toBe('succeeded')
    await clock.advance(120_000)
    expect(world.kinds()).toEqual([])
  })

  it('waits through a restart, in its place in the queue', async () => {
    const { open, clock, world } = toy([createThing, deleteThing])
    const before = await open()
    world.order('box.create', 'hang')
    await before.start(createThing, { thing: 'a' })
    await clock.advance(25)
    const { id } = await before.start(deleteThing, { thing: 'a' })
    await clock.run(before.stop())

    const after = await open()
    await clock.advance(600_000)

    expect((await after.view(id))?.state).toBe('succeeded')
    expect(world.kinds()).toEqual([])
  })
})

describe('a step behind a pivot that is marked onlyWhenClean', () => {
  const giveBack = removes('port', { onlyWhenClean: true })
  const deleteAll = action('thing.delete', {
    ...deleteThing.definition,
    steps: [readThing, removeBox, removeDisk, giveBack],
    async run({ thing }, { step: perform }) {
      const objects = await perform(readThing, { thing })
      const ids = (kind: string) => objects.filter(id => id.startsWith(kind))
      return perform.pivot('removal', [
        ...ids('box').map(id => [removeBox, { id }, { as: id }] as const),
        ...ids('disk').map(id => [removeDisk, { id }, { as: id }] as const),
        ...ids('port').map(id => [giveBack, { id }, { as: id }] as const),
      ])
    },
  })

  it('waits for what earlier actions on the same lock have left over, too', async () => {
    const { open, clock, world } = toy([createThing, deleteAll])
    const actions = await open()
    world.order('box.create', 'late-effect')
    const creation = await actions.start(createThing, { thing: 'a' })
    await clock.run(creation.end)

    const deletion = await actions.start(deleteAll, { thing: 'a' })
    await clock.run(deletion.end)

    expect((await actions.view(creation.id))?.watchCount).toBe(1)
    expect(world.kinds()).toContain('port') // a box that comes late could still be at it
    await clock.advance(120_000)
    expect((await actions.view(creation.id))?.watchCount).toBe(0)
    expect(world.kinds()).toEqual([])
  })

  it('leaves nothing in the engine that would keep its action for ever', async () => {
    const listening = vi.spyOn(EventTarget.prototype, 'addEventListener')
    const { open, clock } = toy([createThing, deleteAll])
    const actions = await open()
    for (const thing of ['a', 'b', 'c']) {
      await clock.run((await actions.start(createThing, { thing })).end)
      await clock.run((await actions.start(deleteAll, { thing })).end)
    }
    await clock.advance(120_000)
    const signals = new Set(listening.mock.contexts as EventTarget[])
    listening.mockRestore()

    // Its own signals go with it; one that all share would have a listener of each.
    const counts = [...signals].map(signal => getEventListeners(signal, 'abort').length)
    expect(Math.max(...counts)).toBe(1)
  })
})

const turnOn = step('switch.turn-on', {
  changes: true,
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string() }),
  async do({ id }, { world }) {
    await world.turn(id, true)
    return { id }
  },
  find: async ({ input, world }) =>
    world.switches.get(input.id) ? [{ state: 'ready', output: { id: input.id } }] : [],
  undo: ({ id }, { world }) => world.turn(id, false),
  attempts: 1,
})
const switchOn = action('switch.on', {
  version: 1,
  input: z.object({ thing: z.string() }),
  output: z.null(),
  steps: [turnOn],
  locks: async ({ thing }: { thing: string }) => [`thing:${thing}`],
  admit: async (request: { thing: string }) => request,
  async run({ thing }, { step: perform }) {
    await perform(turnOn, { id: thing })
    return null
  },
  async onEnd(end, _input, db) {
    db.records.ends.push(end.kind)
  },
})

describe('a step that changes something, without a fence', () => {
  async function withLateEffect() {
    const setup = toy([switchOn, deleteThing])
    const actions = await setup.open()
    setup.world.order('switch.on', 'late-effect')
    const { id, end } = await actions.start(switchOn, { thing: 'a' })
    const ended = await setup.clock.run(end)
    return { ...setup, actions, id, ended }
  }

  it('keeps its lock until the watch ends, and what comes late is changed back', async () => {
    const { actions, clock, world, ended } = await withLateEffect()

    expect(ended.kind).toBe('rolled-back')
    await clock.advance(10_000)
    expect(world.switches.get('a')).toBe(false)
    await expect(actions.start(switchOn, { thing: 'a' }, { waitMs: 0 })).rejects.toThrow(WatchedException)

    await clock.advance(120_000)
    const { end } = await actions.start(switchOn, { thing: 'a' })
    expect((await clock.run(end)).kind).toBe('succeeded')
  })

  it('keeps its lock through a restart', async () => {
    const { actions, clock, open } = await withLateEffect()
    await clock.run(actions.stop())

    const after = await open()

    await expect(after.start(switchOn, { thing: 'a' }, { waitMs: 0 })).rejects.toThrow(/watched until/)
  })

  it('hands its lock to a deletion at once', async () => {
    const { actions, clock, id } = await withLateEffect()

    const { end } = await actions.start(deleteThing, { thing: 'a' })

    expect((await clock.run(end)).kind).toBe('succeeded')
    expect((await actions.view(id))?.watchCount).toBe(0)
  })

  it('keeps its lock from a deletion that removes something else, which waits until the watch ends', async () => {
    const { definition } = deleteThing
    const deleteHolder = action('holder.delete', {
      ...definition,
      locks: async () => ['holder:1', 'thing:a'],
      removes: () => ['holder:1'],
    })
    const { open, clock, world } = toy([switchOn, deleteHolder])
    const actions = await open()
    world.order('switch.on', 'late-effect')
    const { id, end } = await actions.start(switchOn, { thing: 'a' })
    await clock.run(end)

    const deletion = await actions.start(deleteHolder, { thing: 'a' })

    await clock.advance(10_000)
    expect((await actions.view(deletion.id))?.state).toBe('waiting')
    expect((await actions.view(id))?.watchCount).toBe(1)
    expect(world.switches.get('a')).toBe(false) // it has come late, and was changed back
    expect((await clock.run(deletion.end)).kind).toBe('succeeded')
  })

  it('keeps its lock from the deletion of something that it holds, and does not change', async () => {
    const { definition } = switchOn
    const plugIn = action('switch.plug-in', {
      ...definition,
      locks: async () => ['thing:a', 'socket:1'],
      changes: ({ thing }) => [`thing:${thing}`],
    })
    const deleteSocket = action('socket.delete', {
      ...deleteThing.definition,
      locks: async () => ['socket:1'],
    })
    const { open, clock, world } = toy([plugIn, deleteSocket, deleteThing])
    const actions = await open()
    world.order('switch.on', 'late-effect')
    await clock.run((await actions.start(plugIn, { thing: 'a' })).end)

    const ofSocket = await actions.start(deleteSocket, { thing: 'a' })
    await clock.advance(1_000)
    expect((await actions.view(ofSocket.id))?.state).toBe('waiting')

    const ofThing = await actions.start(deleteThing, { thing: 'a' })
    await clock.advance(1_000)
    expect((await ofThing.end).kind).toBe('succeeded')
    expect((await ofSocket.end).kind).toBe('succeeded') // nothing is watched any more
  })

  it('gives its other locks back when one of them is handed to a deletion', async () => {
    const inSocket = { ...switchOn.definition, locks: async () => ['thing:a', 'socket:1'] }
    const plugIn = action('switch.plug-in', inSocket)
    const useSocket = action('socket.use', { ...switchOn.definition, locks: async () => ['socket:1'] })
    const { open, clock, world } = toy([plugIn, useSocket, deleteThing])
    const actions = await open()
    world.order('switch.on', 'late-effect')
    await clock.run((await actions.start(plugIn, { thing: 'a' })).end)

    const deletion = await actions.start(deleteThing, { thing: 'a' })

    expect((await clock.run(deletion.end)).kind).toBe('succeeded')
    const { end } = await actions.start(useSocket, { thing: 'b' }, { waitMs: 0 })
    expect((await clock.run(end)).kind).toBe('succeeded')
  })

  it('keeps its lock for a moment when the lost answer turned out to be a success: the request may come twice', async () => {
    const { open, clock, world } = toy([switchOn])
    const actions = await open()
    world.order('switch.on', 'lose-answer')
    const { end } = await actions.start(switchOn, { thing: 'a' })
    await clock.run(end)

    await expect(actions.start(switchOn, { thing: 'a' }, { waitMs: 0 })).rejects.toThrow(WatchedException)
    const next = actions.start(switchOn, { thing: 'a' }, { waitMs: 10_000 })
    await expect(clock.run(next)).resolves.toBeDefined()
  })
})

describe('the end', () => {
  it('is tried until the database takes it, and locks are held until then', async () => {
    const failures = { left: 3 }
    const create = action('thing.create', {
      ...createThing.definition,
      async onEnd(end, input, db) {
        if (failures.left-- > 0) throw new Error('database is locked')
        await createThing.definition.onEnd(end, input, db)
      },
    })
    const { open, clock, database } = toy([create])
    const reported: string[] = []
    const actions = await open({ report: exception => reported.push(exception.message) })

    const { end } = await actions.start(create, { thing: 'a' })
    await clock.run(end)

    expect(database.read.records.ends).toEqual(['succeeded'])
    expect(reported).toHaveLength(3)
  })
})

describe('secrets in an input', () => {
  const Login = z.object({ thing: z.string(), password: z.instanceof(Secret) })
  const seen: string[] = []
  const create = action('thing.create', {
    ...createThing.definition,
    steps: [makeBox],
    input: Login,
    async admit(request: { thing: string }) {
      return { ...request, password: new Secret('hunter2') }
    },
    async run({ thing, password }, { step: perform }) {
      seen.push(password.reveal())
      const { id } = await perform(makeBox, { thing })
      return { box: id }
    },
    onEnd: async () => {},
  })

  it('reach the action, are never in journal or database in clear, and are dropped at the end', async () => {
    const { open, clock, journal, database } = toy([create])
    const actions = await open()

    const { id, end } = await actions.start(create, { thing: 'a' })
    const during = JSON.stringify([await journal.read(id), database.read])
    await clock.run(end)
    await clock.advance(1_000)

    expect(seen).toEqual(['hunter2'])
    expect(during).not.toContain('hunter2')
    expect(during).toContain('$secret')
    expect(JSON.stringify(await journal.read(id))).toContain('"$secret":null')
  })
})

describe('a restart', () => {
  it('continues after a shutdown, and does not do again what is done', async () => {
    const { open, clock, world } = toy()
    const before = await open()
    const { id } = await before.start(createThing, { thing: 'a' })
    await clock.advance(15)
    await clock.run(before.stop())

    const after = await open()
    await clock.advance(120_000)

    expect((await after.view(id))?.state).toBe('succeeded')
    expect(world.calls.filter(call => call === 'port.create')).toHaveLength(1)
    expect(world.kinds()).toEqual(['box', 'disk', 'port'])
  })

  it('is refused when journal and database are not of one piece', async () => {
    const { open } = toy()
    await open()
    const { journal: strange } = toy()

    await expect(open({ journal: strange })).rejects.toThrow(JournalMismatchException)
  })

  it('rolls back an action whose run asks for something else than the journal tells', async () => {
    const setup = toy()
    const before = await setup.open()
    const { id } = await before.start(createThing, { thing: 'a' })
    await setup.clock.advance(25)
    await setup.clock.run(before.stop())
    const changed = action('thing.create', {
      ...createThing.definition,
      async run({ thing }, { step: perform }) {
        const { id: box } = await perform(makeBox, { thing })
        return { box }
      },
    })

    const after = await setup.open({ actions: [changed] })
    await setup.clock.advance(120_000)

    expect(await after.view(id)).toMatchObject({
      state: 'rolled-back',
      cause: { exception: NonDeterministicActionException.name },
    })
    expect(setup.world.kinds()).toEqual([])
  })

  it('reports an action that this release does not know, and goes on with the others', async () => {
    const other = action('other.create', createThing.definition)
    const setup = toy([createThing, other])
    const before = await setup.open()
    await before.start(other, { thing: 'a' })
    const { id } = await before.start(createThing, { thing: 'b' })
    await setup.clock.run(before.stop())
    const reported: string[] = []

    const after = await setup.open({
      actions: [createThing],
      report: exception => reported.push(exception.message),
    })
    await setup.clock.advance(120_000)

    expect((await after.view(id))?.state).toBe('succeeded')
    expect(reported).toEqual([expect.stringContaining('no action of that name')])
    const onItsKey = after.start(createThing, { thing: 'a' }, { waitMs: 10 })
    await expect(setup.clock.run(onItsKey)).rejects.toThrow(LockedException)
  })
})

describe('a start with another secret key', () => {
  it('leaves alone what it can not read, with its locks, and says so', async () => {
    const create = action('thing.create', {
      ...createThing.definition,
      input: z.object({ thing: z.string(), password: z.instanceof(Secret) }) as never,
      admit: async ({ thing }: { thing: string }) => ({ thing, password: new Secret('hunter2') }),
    })
    const { open, clock } = toy([create])
    const before = await open()
    const { id } = await before.start(create, { thing: 'a' })
    await clock.advance(15)
    await clock.run(before.stop())
    const reported: string[] = []

    const after = await open({
      secretKey: new Uint8Array(32).fill(1),
      report: ({ message }) => reported.push(message),
    })
    await clock.advance(120_000)

    expect(reported).toEqual([expect.stringMatching(/A secret in the journal can not be read/)])
    expect((await after.view(id))?.state).toBe('running')
    expect(after.holderOf('thing:a')).toMatchObject({ id })
  })
})

describe('steps side by side', () => {
  const create = action('thing.create', {
    ...createThing.definition,
    steps: [makePort, makeDisk, makeBox],
    async run({ thing }, { step: perform }) {
      const first = await Promise.race([perform(makePort, { thing }), perform(makeDisk, { thing })])
      const { id } = await perform(makeBox, { thing }, { as: first.id })
      await Promise.all([])
      return { box: id }
    },
  })

  it('come out of the journal in the order in which they were completed', async () => {
    const setup = toy([create])
    const before = await setup.open()
    setup.world.order('port.create', 'busy')
    setup.world.order('box.create', 'busy', 3)
    const { id } = await before.start(create, { thing: 'a' })
    await setup.clock.advance(500)
    await setup.clock.run(before.stop())

    const after = await setup.open()
    await setup.clock.advance(120_000)

    const view = await after.view(id)
    expect(view?.cause).toBeUndefined()
    expect(view?.steps.map(({ path }) => path)).toContain('box.make/disk-1')
  })
})
