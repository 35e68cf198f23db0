import type { AnyAction } from '../../actions/action.ts'
import type { ActionEvent } from '../../actions/action-event.ts'
import { Actions } from '../../actions/actions.ts'
import type { JournalEntry } from '../../actions/engine/journal.ts'
import { memoryJournal } from '../../actions/engine/memory/memory-journal.ts'
import { BrokenObjectException } from '../../actions/exceptions.ts'
import type { StepCall } from '../../actions/live-action.ts'
import { toException } from '../../exceptions/index.ts'
import { Filter, type Service } from '../../filters/service.ts'
import type { TxId } from '../../filters/tx-id.ts'
import { VirtualClock } from '../virtual-clock.ts'
import { type Fault, lastsOn, type Order, type Point, type PointKind, type Scenario } from './fault.ts'
import { fingerprintOf } from './fingerprint.ts'
import { databaseOf, type Intervention, journalOf, never, type Transaction } from './process.ts'
import { arriveLate, boundTo } from './process-bound.ts'
import {
  ProofAnswerLostException,
  ProofBusyException,
  ProofRefusedException,
  ProofUnavailableException,
  proofExceptions,
} from './proof-exceptions.ts'
import type { ProofEnd, ProofWorld, WorldObject } from './proof-world.ts'
import { Script } from './script.ts'
import type { ProofSetup, ProofStart } from './setup.ts'
import { problemsOf, residueIn } from './verdict.ts'

/** A place that a run came to, and the state of everything when it did. */
export interface TracedPoint extends Point {
  /** Equal for equal states. Undefined where the run was not asked to take them. */
  readonly state: string | undefined
}

/** What one run of an action under ordered faults showed. */
export interface Trial {
  readonly scenario: Scenario
  readonly trace: readonly TracedPoint[]
  readonly ends: readonly ProofEnd[]
  readonly problems: readonly string[]
  /** What was ordered and has not struck. */
  readonly missed: readonly Order[]
  /** A fault met something that can't have it: no object to damage. The run shows nothing. */
  readonly isNotApplicable: boolean
  /** `<step>.<part>` of every function that was called. */
  readonly called: ReadonlySet<string>
}

const downMs = 1_000
const lastingMs = 30 * 60_000
const patienceMs = 6 * 3_600_000

/** Runs an action once, under the faults that are ordered, to the end of all that it leaves; and looks at the state then. */
export async function runTrial<World, Db extends object, Around extends ProofWorld<World, Db>>(
  setup: ProofSetup<World, Db, Around>,
  scenario: Scenario,
  { takesStates = false }: { takesStates?: boolean } = {},
): Promise<Trial> {
  const clock = new VirtualClock({ turns: 2 })
  const around = await setup.world(clock)
  try {
    return await new Run(setup, scenario, clock, around, takesStates).run()
  } finally {
    await around.dispose?.()
  }
}

/** An action that was admitted, and how far it is. */
export interface ActionOfRun {
  readonly id: TxId
  readonly role: ProofEnd['role']
  readonly locks: readonly string[]
  readonly entries: JournalEntry[]
}

class Run<World, Db extends object, Around extends ProofWorld<World, Db>> {
  readonly #setup: ProofSetup<World, Db, Around>
  readonly #scenario: Scenario
  readonly #script: Script
  readonly #clock: VirtualClock
  readonly #around: Around
  readonly #takesStates: boolean
  readonly #journal = memoryJournal()
  readonly #before: readonly WorldObject[]
  readonly #trace: TracedPoint[] = []
  readonly #called = new Set<string>()
  readonly #problems: string[] = []
  /** Every action that the journal knows. */
  readonly #actions = new Map<TxId, { role: ProofEnd['role']; entries: JournalEntry[] }>()
  readonly #ends: ProofEnd[] = []
  /** Admitted, and not closed yet. */
  readonly #open = new Set<TxId>()
  #mainId: TxId | undefined
  #role: ProofEnd['role'] = 'main'
  #death = new AbortController()
  #engine: Actions<World, Db> | undefined
  /** What the run itself is waiting for: starts that are not answered, effects that come late. */
  #outstanding = 0
  #lateCount = 0
  #hasRival = false
  #isNotApplicable = false

  constructor(
    setup: ProofSetup<World, Db, Around>,
    scenario: Scenario,
    clock: VirtualClock,
    around: Around,
    takesStates: boolean,
  ) {
    this.#setup = setup
    this.#scenario = scenario
    this.#script = new Script(scenario)
    this.#clock = clock
    this.#around = around
    this.#takesStates = takesStates
    this.#before = around.objects()
  }

  async run(): Promise<Trial> {
    await this.#boot()
    this.#start(this.#setup.main(this.#around))
    if (await this.#comesToRest()) {
      await this.#judge()
      await this.#again()
    }
    this.#death.abort()
    return {
      scenario: this.#scenario,
      trace: this.#trace,
      ends: this.#ends,
      problems: this.#problems,
      missed: this.#script.missed,
      isNotApplicable: this.#isNotApplicable,
      called: this.#called,
    }
  }

  /** Everything ends, and what it leaves is cleaned up; where a fault lasts, as soon as it is lifted. */
  async #comesToRest(): Promise<boolean> {
    const isQuiet = () =>
      this.#engine !== undefined && this.#open.size === 0 && this.#outstanding === 0 && this.#lateCount === 0
    for (let lasting = this.#scenario.filter(({ fault }) => lastsOn(fault)).length; lasting > 0; lasting--) {
      if (await this.#clock.until(isQuiet, lastingMs)) return true
      if (!this.#script.isLasting) break
      this.#problems.push(
        ...this.#unended().map(
          action =>
            `${action} while the fault lasts: every action ends, and what can't be finished or undone becomes residue`,
        ),
      )
      this.#script.lift()
    }
    if (await this.#clock.until(isQuiet, patienceMs)) return true
    this.#problems.push(...this.#stuck())
    return false
  }

  #unended(): readonly string[] {
    const ended = new Set(this.#ends.map(({ actionId }) => actionId))
    return [...this.#actions]
      .filter(([id, { role }]) => this.#open.has(id) && !ended.has(id) && role !== 'rival')
      .map(([, { role, entries }]) => `the ${role} action is still at ${entryName(entries.at(-1))}`)
  }

  #stuck(): readonly string[] {
    const hours = `after ${patienceMs / 3_600_000} hours`
    const unended = this.#unended()
    if (unended.length > 0) return unended.map(action => `${action} ${hours}`)
    const residue = [...this.#actions.values()].flatMap(({ entries }) => residueIn(entries, this.#stepsOf))
    if (residue.length > 0) return residue
    return [
      `something is still under way ${hours}: a watch that never ends, or a start that was never answered`,
    ]
  }

  readonly #stepsOf = (name: string) =>
    this.#setup.actions.find(action => action.name === name)?.definition.steps ?? []

  async #judge(): Promise<void> {
    const admitted = await this.#around.database.listAdmitted(this.#around.database.read)
    const held = [...this.#actions.values()].flatMap(({ entries }) => {
      const [first] = entries
      return first?.kind === 'started' ? first.locks : []
    })
    this.#problems.push(
      ...problemsOf({
        actions: [...this.#actions].map(([id, { role, entries }]) => ({ id, role, entries })),
        before: this.#before,
        now: this.#around.objects(),
        mayTouch: object => this.#setup.touches(object, this.#around),
        stepsOf: name => this.#setup.actions.find(action => action.name === name)?.definition.steps ?? [],
        locksHeld: held.filter(lock => this.#engine?.holderOf(lock) !== undefined),
        stillAdmitted: admitted.map(({ name }) => name),
        mayHaveResidue: this.#script.hasLasted,
      }),
      ...(await this.#setup.usable(this.#around, this.#ends)),
    )
  }

  /** A usable state is one in which the next action works. */
  async #again(): Promise<void> {
    const next = this.#setup.again(this.#around, this.#ends)
    this.#role = 'again'
    this.#script.end()
    this.#start(next)
    const isOver = () => this.#open.size === 0 && this.#outstanding === 0
    await this.#clock.until(isOver, patienceMs)
    const end = this.#ends.find(({ role }) => role === 'again')
    if (end?.kind === 'succeeded') {
      this.#problems.push(
        ...(await this.#setup.usable(this.#around, this.#ends)).map(
          problem => `after another ${next.action.name}: ${problem}`,
        ),
      )
    } else if (this.#problems.length === 0) {
      this.#problems.push(
        `another ${next.action.name} on the same key ended ${end?.kind ?? 'nowhere'}${this.#causeOfAgain()}`,
      )
    }
  }

  #causeOfAgain(): string {
    for (const { role, entries } of this.#actions.values()) {
      const back = role === 'again' ? entries.find(entry => entry.kind === 'rolling-back') : undefined
      if (back?.kind === 'rolling-back') return `: ${back.cause.exception}: ${back.cause.message}`
    }
    return ''
  }

  async #boot(): Promise<void> {
    this.#death = new AbortController()
    const { signal } = this.#death
    const engine = await Actions.open<World, Db>({
      actions: this.#setup.actions as readonly AnyAction<World, Db>[],
      world: boundTo(this.#around.world, signal),
      journal: journalOf(this.#journal, signal, {
        appending: (actionId, entries) => this.#appending(actionId, entries),
        appended: (actionId, entries) => this.#appended(actionId, entries),
      }),
      database: databaseOf(this.#around.database, signal, { committing: about => this.#committing(about) }),
      clock: this.#clock.ofProcess(signal),
      secretKey: new Uint8Array(32),
      exceptions: [...proofExceptions, ...this.#setup.exceptions],
      stepFilters: [new StepFaults((call, next) => this.#step(call, next, signal))],
      settleMs: this.#setup.settleMs,
      watchMs: this.#setup.watchMs,
      random: () => 0.5,
      report: exception => {
        if (!signal.aborted && !(exception instanceof ProofUnavailableException))
          this.#problems.push(`the engine reports: ${String(exception)}`)
      },
    })
    if (signal.aborted) return // it died while it came up, and the next one is on its way
    engine.subscribe(event => this.#waits(event, signal))
    this.#engine = engine
  }

  #start({ action, input }: ProofStart<World, Db>): void {
    const { signal } = this.#death
    const role = this.#role
    this.#outstanding++
    const answered = () => {
      if (!signal.aborted) this.#outstanding--
    }
    this.#engine?.start(action, input).then(answered, (thrown: unknown) => {
      answered()
      const exception = toException(thrown)
      if (role !== 'rival' || exception.category === 'internal')
        this.#problems.push(
          `the ${role} action was not admitted: ${exception.className}: ${exception.message}`,
        )
    })
  }

  #crash(): void {
    this.#death.abort()
    this.#engine = undefined
    this.#outstanding = 0
    void this.#clock.sleep(downMs).then(() => this.#boot())
  }

  async #shutDown(): Promise<void> {
    const engine = this.#engine
    const { signal } = this.#death
    if (engine === undefined) return
    this.#engine = undefined
    await engine.stop({ graceMs: 3_000 })
    if (signal.aborted) return
    this.#death.abort()
    this.#outstanding = 0
    await this.#boot()
  }

  #cancel(): void {
    if (this.#mainId !== undefined) void this.#engine?.cancel(this.#mainId, 'the proof calls it off')
  }

  #startRival(): void {
    if (this.#hasRival || this.#engine === undefined) return
    this.#hasRival = true
    const role = this.#role
    this.#role = 'rival'
    this.#start(this.#setup.rival(this.#around))
    this.#role = role
  }

  /** What befalls the whole process or action, at whatever point. @returns whether it did, so that nothing goes on */
  #befall(fault: Fault | undefined): boolean {
    switch (fault) {
      case 'crash':
      case 'crash-before':
      case 'crash-after':
        this.#crash()
        return true
      case 'cancel':
        this.#cancel()
        return false
      case 'shutdown':
        void this.#shutDown()
        return false
      case 'rival':
        this.#startRival()
        return false
      default:
        return false
    }
  }

  #come(kind: PointKind, place: string): Fault | undefined {
    const { point, fault } = this.#script.come(kind, place)
    if (this.#role !== 'again') this.#trace.push({ ...point, state: this.#state() })
    return fault
  }

  #state(): string | undefined {
    if (!this.#takesStates) return undefined
    return fingerprintOf({
      nowMs: this.#clock.now(),
      histories: [...this.#actions.values()].map(({ entries }) => entries),
      objects: this.#around.objects(),
      records: this.#around.records(),
      late: this.#lateCount,
      isLasting: this.#script.isLasting,
    })
  }

  async #step(call: StepCall, next: Service<StepCall, unknown>, death: AbortSignal): Promise<unknown> {
    if (death.aborted) return never()
    if (call.actionId !== this.#mainId) return next(call)
    this.#called.add(`${call.step}.${call.part}`)
    const place = `${call.path}.${call.part}`
    const fault = this.#come(call.part, place)
    switch (fault) {
      case 'refuse':
      case 'refuse-on':
        throw new ProofRefusedException(place)
      case 'busy':
      case 'busy-on':
        throw new ProofBusyException(place)
      case 'unavailable':
      case 'unavailable-on':
        throw new ProofUnavailableException(place)
      case 'lose-answer':
        await next(call)
        throw new ProofAnswerLostException(place)
      case 'late-effect':
        this.#comesLate(call, next)
        throw new ProofAnswerLostException(place)
      case 'late-duplicate':
        await next(call)
        this.#comesLate(call, next)
        throw new ProofAnswerLostException(place)
      case 'error-state':
        await next(call)
        return this.#damage(call)
      case 'crash':
        // What was on the wire when the process died arrives.
        if (call.part !== 'find') this.#comesLate(call, next)
        this.#crash()
        return never()
      case 'deadline':
        await this.#clock.sleep(this.#setup.action.definition.deadlineMs ?? 0)
        return next(call)
      default:
        this.#befall(fault)
        return next(call)
    }
  }

  #damage({ actionId, path }: StepCall): void {
    const object = this.#around.damage?.(`${actionId}/${path}`)
    if (object === undefined) this.#isNotApplicable = true
    else throw new BrokenObjectException(object, 'the proof has put it into an error state')
  }

  #comesLate(call: StepCall, next: Service<StepCall, unknown>): void {
    this.#lateCount++
    const { settleMs } = this.#setup
    const arrives = async () => {
      await this.#clock.sleep(3 * settleMs)
      // Nobody is there any more to be told that a late effect was refused, nor to wait for what it has begun.
      const effect = arriveLate(() => next(call)).catch(() => undefined)
      await Promise.race([effect, this.#clock.sleep(settleMs)])
      this.#lateCount--
    }
    void arrives()
  }

  #waits(event: ActionEvent, death: AbortSignal): void {
    if (event.kind !== 'waiting' || event.actionId !== this.#mainId || death.aborted) return
    const place = event.path === undefined ? 'lock.wait' : `${event.path}.${event.part}.wait`
    this.#befall(this.#come('wait', place))
  }

  #appending(actionId: TxId, entries: readonly JournalEntry[]): Intervention {
    if (actionId !== this.#mainId) return {}
    const fault = this.#come('write', entryName(entries[0]))
    if (fault === 'crash-before') return { before: () => void this.#befall(fault) }
    return { after: () => void this.#befall(fault) }
  }

  #appended(actionId: TxId, entries: readonly JournalEntry[]): void {
    const known = this.#actions.get(actionId)
    const action = known ?? { role: this.#roleOf(actionId), entries: [] }
    this.#actions.set(actionId, action)
    action.entries.push(...entries)
    for (const entry of entries) {
      if (entry.kind === 'ended') this.#ended(actionId, action)
      if (entry.kind === 'closed') this.#open.delete(actionId)
    }
  }

  #roleOf(actionId: TxId): ProofEnd['role'] {
    if (actionId === this.#mainId) return 'main'
    return this.#role === 'again' ? 'again' : 'rival'
  }

  #ended(
    actionId: TxId,
    { role, entries }: { role: ProofEnd['role']; entries: readonly JournalEntry[] },
  ): void {
    const [first] = entries
    const ending = entries.find(entry => entry.kind === 'ending')
    if (first?.kind !== 'started' || ending?.kind !== 'ending') return
    this.#ends.push({ actionId, action: first.name, role, kind: ending.end.kind })
  }

  #committing({ admitted, ended }: Transaction): Intervention {
    if (admitted !== undefined) return this.#admitting(admitted.id)
    if (ended === undefined || ended !== this.#mainId) return {}
    const fault = this.#come('end', 'onEnd')
    if (fault === 'fail') {
      return {
        before: () => {
          throw new ProofUnavailableException('onEnd')
        },
      }
    }
    return fault === 'crash-before'
      ? { before: () => void this.#befall(fault) }
      : { after: () => void this.#befall(fault) }
  }

  #admitting(id: TxId): Intervention {
    const opened = () => {
      this.#open.add(id)
    }
    if (this.#role !== 'main' || this.#mainId !== undefined) return { after: opened }
    this.#mainId = id
    const fault = this.#come('admission', 'admission')
    if (fault === 'crash-before') {
      this.#mainId = undefined
      return { before: () => void this.#befall(fault) }
    }
    return {
      after: () => {
        opened()
        this.#befall(fault)
      },
    }
  }
}

class StepFaults extends Filter<StepCall, unknown> {
  readonly #step: (call: StepCall, next: Service<StepCall, unknown>) => Promise<unknown>

  constructor(step: (call: StepCall, next: Service<StepCall, unknown>) => Promise<unknown>) {
    super()
    this.#step = step
  }

  override apply(call: StepCall, next: Service<StepCall, unknown>): Promise<unknown> {
    return this.#step(call, next)
  }
}

/** @example 'network.port.intent' */
function entryName(entry: JournalEntry | undefined): string {
  if (entry === undefined) return 'its admission'
  return 'path' in entry ? `${entry.path}.${entry.kind}` : entry.kind
}
