import { z } from 'zod'
import { GatewayTimeoutException } from '../exceptions/index.ts'
import { type MemoryDb, memoryDatabase } from '../testing/memory-database.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { Actions, type ActionsOptions } from './actions.ts'
import { actionsOn } from './define.ts'
import type { Journal } from './engine/journal.ts'
import { memoryJournal } from './engine/memory/memory-journal.ts'
import { BrokenObjectException, BusyException, RefusedException } from './exceptions.ts'
import type { EffectContext, Found } from './step.ts'

/** What goes wrong at one call of the toy world. */
export type ToyFault = 'refuse' | 'busy' | 'lose-answer' | 'late-effect' | 'error-state' | 'hang' | 'none'

export class ToyRefusedException extends RefusedException {
  constructor() {
    super('the toy world says no')
  }
}
export class ToyBusyException extends BusyException {
  constructor() {
    super('the toy world is busy')
  }
}
export class ToyTimeoutException extends GatewayTimeoutException {
  constructor() {
    super('the toy world did not answer')
  }
}

interface ToyObject {
  readonly id: string
  readonly key: string
  readonly kind: string
  isBroken: boolean
}

const lateAfterMs = 3_000

/** An outside system of the simplest kind: things that are made, found by key, removed, and one switch that is turned. */
export class ToyWorld {
  readonly clock: VirtualClock
  readonly objects = new Map<string, ToyObject>()
  readonly calls: string[] = []
  readonly switches = new Map<string, boolean>()
  #faults: { operation: string; kind: ToyFault; left: number }[] = []
  #made = 0
  /** Set when the process is imagined to be dead: nothing that it began goes on. */
  isCut = false

  constructor(clock: VirtualClock) {
    this.clock = clock
  }

  /** Orders a fault for the next calls of an operation. */
  order(operation: string, kind: ToyFault, times = 1): this {
    this.#faults.push({ operation, kind, left: times })
    return this
  }

  /** Takes over what another world has made, without its faults: what a new process finds. */
  startFrom(earlier: ToyWorld): void {
    for (const [id, object] of earlier.objects) this.objects.set(id, object)
    for (const [id, isOn] of earlier.switches) this.switches.set(id, isOn)
    this.#made = earlier.#made
  }

  clearFaults(): void {
    this.#faults = []
  }

  create(kind: string, key: string): Promise<ToyObject> {
    return this.#effect(`${kind}.create`, isBroken => {
      const object = { id: `${kind}-${++this.#made}`, key, kind, isBroken }
      this.objects.set(object.id, object)
      return object
    })
  }

  remove(id: string): Promise<void> {
    const kind = id.split('-')[0] ?? ''
    return this.#effect(`${kind}.remove`, () => {
      this.objects.delete(id)
    })
  }

  turn(id: string, isOn: boolean): Promise<void> {
    return this.#effect(isOn ? 'switch.on' : 'switch.off', () => {
      this.switches.set(id, isOn)
    })
  }

  find(kind: string, key: string): Promise<ToyObject[]> {
    return this.#effect(`${kind}.find`, () => [...this.objects.values()].filter(object => object.key === key))
  }

  kinds(): string[] {
    return [...this.objects.values()].map(({ kind }) => kind).sort()
  }

  async #effect<T>(operation: string, effect: (isBroken: boolean) => T): Promise<T> {
    await this.clock.sleep(10)
    if (this.isCut) return new Promise<never>(() => {})
    this.calls.push(operation)
    const fault = this.#faults.find(order => order.operation === operation && order.left > 0)
    if (fault !== undefined) fault.left--
    switch (fault?.kind) {
      case 'refuse':
        throw new ToyRefusedException()
      case 'busy':
        throw new ToyBusyException()
      case 'lose-answer':
        effect(false)
        throw new ToyTimeoutException()
      case 'late-effect':
        void this.clock.sleep(lateAfterMs).then(() => effect(false)) // comes even if the process is dead by then
        throw new ToyTimeoutException()
      case 'hang':
        return new Promise<never>(() => {})
      default:
        return effect(fault?.kind === 'error-state')
    }
  }
}

export interface ToyRecords {
  things: { [id: string]: 'changing' | 'ready' | 'on' }
  ends: string[]
}

export const { step, poll, action } = actionsOn<ToyWorld, MemoryDb<ToyRecords>>()

const Made = z.object({ id: z.string() })

/** A step that makes a thing of a kind. */
export function makes(kind: string, options: { onlyWhenClean?: boolean } = {}) {
  return step(`${kind}.make`, {
    ...options,
    input: z.object({ thing: z.string() }),
    output: Made,
    async do(_input, { key, world }: EffectContext<ToyWorld>) {
      const object = await world.create(kind, key)
      if (object.isBroken) throw new BrokenObjectException(object.id, 'it came out broken')
      return { id: object.id }
    },
    async find({ key, world }): Promise<readonly Found<{ id: string }>[]> {
      const objects = await world.find(kind, key)
      return objects.map(({ id, isBroken }) =>
        isBroken
          ? { state: 'broken', output: { id }, fault: 'it came out broken' }
          : { state: 'ready', output: { id } },
      )
    },
    undo: ({ id }, { world }) => world.remove(id),
  })
}

/** A step that removes a thing, for behind a pivot. */
export function removes(kind: string, options: { onlyWhenClean?: boolean } = {}) {
  return step(`${kind}.remove`, {
    ...options,
    idempotent: true,
    input: Made,
    output: z.null(),
    async do({ id }, { world }: EffectContext<ToyWorld>) {
      await world.remove(id)
      return null
    },
    undo: 'nothing',
  })
}

export const makePort = makes('port')
export const makeDisk = makes('disk')
export const makeBox = makes('box')

const Thing = z.object({ thing: z.string() })

/** Makes a port, a disk and a box for a thing. */
export const createThing = action('thing.create', {
  version: 1,
  input: Thing,
  output: z.object({ box: z.string() }),
  steps: [makePort, makeDisk, makeBox],
  locks: async ({ thing }: { thing: string }) => [`thing:${thing}`],
  async admit(request: { thing: string }, db) {
    db.records.things[request.thing] = 'changing'
    return request
  },
  async run({ thing }, { step: perform }) {
    await perform(makePort, { thing })
    await perform(makeDisk, { thing })
    const box = await perform(makeBox, { thing })
    return { box: box.id }
  },
  async onEnd(end, { thing }, db) {
    db.records.ends.push(end.kind)
    if (db.records.things[thing] === undefined) return // deleted meanwhile
    if (end.kind === 'succeeded') db.records.things[thing] = 'ready'
    else delete db.records.things[thing]
  },
})

export interface Toy {
  readonly clock: VirtualClock
  readonly world: ToyWorld
  readonly journal: Journal
  readonly database: ReturnType<typeof memoryDatabase<ToyRecords>>
  open(
    options?: Partial<ActionsOptions<ToyWorld, MemoryDb<ToyRecords>>>,
  ): Promise<Actions<ToyWorld, MemoryDb<ToyRecords>>>
}

/** A world, a journal and a database that outlive the engines opened on them. */
export function toy(actions: ActionsOptions<ToyWorld, MemoryDb<ToyRecords>>['actions'] = [createThing]): Toy {
  const clock = new VirtualClock()
  const world = new ToyWorld(clock)
  const journal = memoryJournal()
  const database = memoryDatabase<ToyRecords>({ things: {}, ends: [] })
  return {
    clock,
    world,
    journal,
    database,
    open: options =>
      Actions.open({
        actions,
        world,
        journal,
        database,
        clock,
        secretKey: new Uint8Array(32),
        exceptions: [ToyRefusedException, ToyBusyException, ToyTimeoutException],
        settleMs: 1_000,
        watchMs: 60_000,
        random: () => 0.5,
        ...options,
      }),
  }
}
