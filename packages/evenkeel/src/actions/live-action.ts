import type { Json } from '../exceptions/exception.ts'
import type { Exception, ExceptionRebuilder } from '../exceptions/index.ts'
import { toException } from '../exceptions/to-exception.ts'
import { sleepUntil } from '../filters/clock.ts'
import type { Service } from '../filters/service.ts'
import { activeTx } from '../filters/transaction.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { AnyAction } from './action.ts'
import type { ActionDatabase } from './action-database.ts'
import type { ActionEvent, JournaledEvent, Wait, WaitingEvent } from './action-event.ts'
import type { ActionView, CurrentWait } from './action-view.ts'
import { restore } from './conform.ts'
import { type EffectBounds, Interruption, runEffect, type TimeBudget } from './effect.ts'
import type { Encoding } from './encoding.ts'
import type { Clock } from './engine/clock.ts'
import type { Journal, JournalEntry, JournalEvent } from './engine/journal.ts'
import type { Locks } from './engine/locks.ts'
import { ActionMisuseException, UnknownStepException } from './exceptions.ts'
import { type ActionHistory, type StepHistory, withEntry } from './history.ts'
import { toJournaled } from './journaled-exception.ts'
import { Pace } from './pace.ts'
import type { ActionRegistry } from './registry.ts'
import type { Schema } from './schema.ts'
import { type AnyStep, defaultAttempts, defaultTimeoutMs, defaultWaitMs, type EffectContext } from './step.ts'
import { viewOf } from './view.ts'

/** One effect (or find, or undo) on its way through the step filters. */
export interface StepCall {
  /** `<action>/<step>`, with ` find` or ` undo` behind it where it is one. */
  readonly operation: string
  readonly actionId: TxId
  readonly step: string
  readonly path: string
  readonly part: StepPart
  /** Counts from 1. */
  readonly attempt: number
  run(): Promise<unknown>
}

/** One of the three functions of a step. */
export type StepPart = 'do' | 'find' | 'undo'

/** Which function of which step is called, for which time. */
export interface StepFunctionCall<World> {
  readonly step: AnyStep<World>
  readonly path: string
  readonly attempt: number
  /** @default 'do' */
  readonly part?: StepPart
  /** The time that it shares with other calls. @default only its own limit */
  readonly budget?: TimeBudget | undefined
}

/** What all live actions of an engine share. */
export interface EngineParts<World, Db> {
  readonly world: World
  readonly journal: Journal
  readonly database: ActionDatabase<Db>
  readonly locks: Locks
  readonly clock: Clock
  readonly encoding: Encoding
  readonly classes: ExceptionRebuilder
  /** A number from 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number
  readonly settleMs: number
  readonly watchMs: number
  readonly stepService: Service<StepCall, unknown>
  /** Aborted at shutdown: no new effect begins, and no wait goes on. */
  readonly shutdown: AbortSignal
  /** Every action whose history isn't closed, by id. */
  readonly live: ReadonlyMap<TxId, LiveAction<World, Db>>
  /** The code that there is for what journals have. */
  readonly registry: ActionRegistry<World, Db>
  /** Told of everything that happens in an action, as it happens. */
  readonly tell: (event: ActionEvent) => void
  /** Told of what an operator should look at. */
  readonly report: (exception: Exception, action: string, actionId: string) => void
}

/** What is waited for, by the path of the step concerned. */
type Waits = ReadonlyMap<string | undefined, CurrentWait>

const noWaits: Waits = new Map()

/** An action while this process works on it: its history, and the way to write the next line of it. */
export class LiveAction<World, Db> {
  readonly parts: EngineParts<World, Db>
  readonly action: AnyAction<World, Db>
  /** Aborted by a cancel and by shutdown: the way forward ends, effects under way are let finish. */
  readonly forward = new AbortController()
  readonly pace = new Pace()
  /** Resolved when its history is closed. */
  readonly closed = Promise.withResolvers<void>()
  /** What it is rolled back for, with its own stack and causes: the journal keeps only their words. */
  cause: Exception | undefined
  #history: ActionHistory
  #waits = noWaits
  /** Aborted when what is left over is to be looked at before its time. */
  #rest: AbortController | undefined
  #input: { readonly decoded: unknown } | { readonly value: unknown }

  /** @throws {SecretUnreadableException} its input was encrypted with another key: nothing may be decided without it */
  constructor(parts: EngineParts<World, Db>, action: AnyAction<World, Db>, history: ActionHistory) {
    this.parts = parts
    this.action = action
    this.#history = history
    this.#input = { decoded: parts.encoding.decode(history.input) }
  }

  /** @throws {ActionMisuseException} the schema of the code at hand refuses it: it was begun by another version */
  get input(): unknown {
    const { name, definition } = this.action
    if ('decoded' in this.#input) {
      const value = restore(this.#input.decoded, definition.input, {
        action: name,
        path: name,
        what: 'input',
      })
      this.#input = { value }
    }
    return this.#input.value
  }

  get history(): ActionHistory {
    return this.#history
  }

  /** Writes what happened. The history has it at once; resolves when it is durable. */
  append(...events: readonly JournalEvent[]): Promise<void> {
    const atMs = this.parts.clock.now()
    const entries: JournalEntry[] = events.map(event => ({ ...event, atMs }))
    this.#history = entries.reduce(withEntry, this.#history)
    for (const entry of entries) {
      this.#endWaits(entry)
      this.tell({ kind: 'journaled', entry })
    }
    return this.parts.journal.append(this.#history.id, entries)
  }

  /**
   * Calls it off: it is rolled back for this cause, if it is still before its pivot and its end.
   *
   * @returns whether it will be
   */
  async callOff(cause: Exception): Promise<boolean> {
    if (!this.#isCancellable) return false
    const written = this.append({ kind: 'cancelled', cause: toJournaled(cause) })
    this.forward.abort()
    await written
    return true
  }

  get #isCancellable(): boolean {
    const { queue, isCancellable = true } = this.action.definition
    // Whoever asked for a deletion that was admitted at once has been told that the thing is gone.
    if (queue === 'after-admission' || !isCancellable) return false
    // Only going forward comes by everything that it may have done before.
    if (this.#history.isResumed) return false
    return this.#history.state === 'running' && !this.forward.signal.aborted
  }

  /** All that is known of it, its present included. */
  view(): ActionView {
    return viewOf(this.#history, {
      waits: [...this.#waits.values()],
      isCancellable: this.#isCancellable,
      attemptsMaxOf: path => this.#attemptsMaxOf(path),
    })
  }

  /** Undefined for what is asked until it is answered, and for what is tried again for ever. */
  #attemptsMaxOf(path: string): number | undefined {
    const step = this.codeIfKnown(path)
    const isBounded = step !== undefined && step.poll === undefined && this.step(path).residue === undefined
    return isBounded ? (step.definition.attempts ?? defaultAttempts) : undefined
  }

  /**
   * Tries at once what is left over of a step, instead of at its time.
   *
   * @param by who asks for it
   * @returns whether there is something
   */
  async retryNow(path: string, by: string): Promise<boolean> {
    if (this.#history.steps.get(path)?.residue === undefined) return false
    const written = this.append({ kind: 'retry-asked', path, by })
    this.#rest?.abort()
    await written
    return true
  }

  /**
   * Nobody tries any more what is left over of a step: an operator has dealt with it otherwise.
   *
   * @returns whether there was something
   */
  async forget(path: string, { by, reason }: { by: string; reason: string }): Promise<boolean> {
    if (this.#history.steps.get(path)?.residue === undefined) return false
    const written = this.append({ kind: 'forgotten', path, by, reason })
    this.#rest?.abort()
    await written
    return true
  }

  /** Waits, unless an operator has something done at once. @throws {Interruption} at a shutdown */
  async waitForDue(atMs: number): Promise<void> {
    const { clock, shutdown } = this.parts
    this.#rest = new AbortController()
    await clock.sleep(atMs - clock.now(), AbortSignal.any([shutdown, this.#rest.signal]))
    if (shutdown.aborted) throw new Interruption()
  }

  /** For an append that nobody waits for. */
  journalFailed(error: unknown): void {
    this.parts.report(toException(error), this.action.name, this.#history.id)
  }

  keyOf(path: string): string {
    return `${this.#history.id}/${path}`
  }

  step(path: string): StepHistory {
    const step = this.#history.steps.get(path)
    if (step === undefined) throw new ActionMisuseException(this.action.name, path, 'was never begun')
    return step
  }

  /** @throws {ActionMisuseException} the action doesn't list this step */
  checkListed(step: AnyStep<World>, path: string): void {
    const { steps } = this.action.definition
    if (steps.includes(step)) return
    const what = steps.some(({ name }) => name === step.name)
      ? `uses another step ${step.name} than the one that the action lists: list this one, or give them different names`
      : `uses the step ${step.name}, which the action does not list: add it to its steps`
    throw new ActionMisuseException(this.action.name, path, what)
  }

  /**
   * The code of a step that the journal has, in the version by which it was begun.
   *
   * @throws {UnknownStepException} this release doesn't have it
   */
  codeOf(path: string): AnyStep<World> {
    const code = this.codeIfKnown(path)
    if (code === undefined) throw this.unknownStep(path)
    return code
  }

  /** As `codeOf`; undefined if this release doesn't have it. */
  codeIfKnown(path: string): AnyStep<World> | undefined {
    const { step, version } = this.step(path)
    return this.parts.registry.stepFor(this.action, step, version).code
  }

  /** What to say of a step whose code this release doesn't have. */
  unknownStep(path: string): UnknownStepException {
    const { step, version } = this.step(path)
    const { isAmbiguous } = this.parts.registry.stepFor(this.action, step, version)
    return new UnknownStepException(this.action.name, path, step, version, isAmbiguous)
  }

  /** @throws {ActionMisuseException} its schema refuses what the journal has */
  decodeInput(step: AnyStep<World>, path: string): unknown {
    return this.#restore(this.step(path).input, step.definition.input, path, 'input')
  }

  /** @throws {ActionMisuseException} its schema refuses what the journal has */
  decodeOutput(step: AnyStep<World>, path: string): unknown {
    return this.#restore(this.step(path).output ?? null, step.definition.output, path, 'output')
  }

  #restore(json: Json, schema: Schema<unknown>, path: string, what: 'input' | 'output'): unknown {
    return restore(this.parts.encoding.decode(json), schema, { action: this.action.name, path, what })
  }

  /**
   * Runs one call of a step's function within its time, counted by the step filters.
   *
   * @throws {Interruption} it was waiting when `interruption` was aborted
   */
  async call<T>(
    { step, path, attempt, part = 'do', budget }: StepFunctionCall<World>,
    interruption: AbortSignal,
    work: (context: EffectContext<World>) => Promise<T>,
  ): Promise<T> {
    const { clock, world, stepService } = this.parts
    const operation = `${this.action.name}/${step.name}${part === 'do' ? '' : ` ${part}`}`
    const limits = {
      name: operation,
      timeoutMs: step.definition.timeoutMs ?? defaultTimeoutMs,
      budget,
      waitMs: step.definition.waitMs ?? defaultWaitMs,
      clock,
      interruption,
      onWait: () => this.tellWaiting({ path, part, for: 'effect', untilMs: undefined }),
    }
    const effect = (bounds: EffectBounds) => work({ ...bounds, key: this.keyOf(path), world, attempt })
    let result: { readonly value: T } | undefined
    const startedAtMs = clock.now()
    let thrown: Exception | undefined
    try {
      await stepService({
        operation,
        actionId: this.#history.id,
        step: step.name,
        path,
        part,
        attempt,
        run: async () => {
          try {
            result = { value: await runEffect(effect, limits) }
          } catch (error) {
            // Being interrupted is no outcome: the filters don't get to see it.
            if (!(error instanceof Interruption)) throw error
          }
        },
      })
    } catch (error) {
      thrown = toException(error)
      throw error
    } finally {
      const tx = activeTx()
      tx?.addCall({
        operation,
        startedAfterMs: startedAtMs - tx.startedAtMs,
        durationMs: clock.now() - startedAtMs,
        exception: thrown?.className,
        category: thrown?.category,
      })
    }
    if (result === undefined) throw new Interruption()
    return result.value
  }

  /** Tells whoever watches what the action waits for. */
  tellWaiting(wait: Wait): void {
    this.#waits = new Map(this.#waits).set(wait.path, { ...wait, sinceMs: this.parts.clock.now() })
    this.tell({ kind: 'waiting', ...wait })
  }

  /** Whatever is written of a step ends its wait. */
  #endWaits(entry: JournalEntry): void {
    if (this.#waits === noWaits) return
    const path = 'path' in entry ? entry.path : undefined
    // The way forward has ended, and with it all that was waited for on it.
    const isTurn = entry.kind === 'rolling-back' || entry.kind === 'ended'
    const left = isTurn ? [] : [...this.#waits].filter(([waiting]) => waiting !== path)
    this.#waits = left.length === 0 ? noWaits : new Map(left)
  }

  /** Tells whoever watches what happens. */
  tell(what: JournaledEvent | WaitingEvent): void {
    const { tell, clock } = this.parts
    const { id: actionId } = this.#history
    tell({ actionId, action: this.action.name, atMs: clock.now(), view: () => this.view(), ...what })
  }

  /** Waits, unless the signal says that nobody may wait any more. @throws {Interruption} */
  async sleep(ms: number, interruption: AbortSignal): Promise<void> {
    await this.parts.clock.sleep(ms, interruption)
    if (interruption.aborted) throw new Interruption()
  }

  /**
   * As `sleep`, until a time in milliseconds since 1970, however far away: others may use its turn meanwhile.
   *
   * @throws {Interruption}
   */
  async restUntil(timeMs: number, interruption: AbortSignal): Promise<void> {
    await this.pace.rest(() => sleepUntil(timeMs, this.parts.clock, interruption))
    if (interruption.aborted) throw new Interruption()
  }
}
