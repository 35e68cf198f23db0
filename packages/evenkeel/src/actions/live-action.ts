import type { Exception, ExceptionRebuilder } from '../exceptions/index.ts'
import { toException } from '../exceptions/to-exception.ts'
import type { Service } from '../filters/service.ts'
import { activeTx } from '../filters/transaction.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { AnyAction } from './action.ts'
import type { ActionDatabase } from './action-database.ts'
import type { ActionEvent, JournaledEvent, Wait, WaitingEvent } from './action-event.ts'
import { type EffectBounds, Interruption, runEffect, type TimeBudget } from './effect.ts'
import type { Encoding } from './encoding.ts'
import type { Clock } from './engine/clock.ts'
import type { Journal, JournalEntry, JournalEvent } from './engine/journal.ts'
import type { Locks } from './engine/locks.ts'
import { ActionMisuseException } from './exceptions.ts'
import { type ActionHistory, type StepHistory, withEntry } from './history.ts'
import { type AnyStep, defaultTimeoutMs, defaultWaitMs, type EffectContext } from './step.ts'

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
  /** Told of everything that happens in an action, as it happens. */
  readonly tell: (event: ActionEvent) => void
  /** Told of what an operator should look at. */
  readonly report: (exception: Exception, action: string, actionId: string) => void
}

/** An action while this process works on it: its history, and the way to write the next line of it. */
export class LiveAction<World, Db> {
  readonly parts: EngineParts<World, Db>
  readonly action: AnyAction<World, Db>
  readonly input: unknown
  /** Aborted by a cancel and by shutdown: the way forward ends, effects under way are let finish. */
  readonly forward = new AbortController()
  /** Resolved when its history is closed. */
  readonly closed = Promise.withResolvers<void>()
  /** What it is rolled back for, with its own stack and causes: the journal keeps only their words. */
  cause: Exception | undefined
  #history: ActionHistory

  constructor(parts: EngineParts<World, Db>, action: AnyAction<World, Db>, history: ActionHistory) {
    this.parts = parts
    this.action = action
    this.#history = history
    this.input = action.definition.input.parse(parts.encoding.decode(history.input))
  }

  get history(): ActionHistory {
    return this.#history
  }

  /** Writes what happened. The history has it at once; resolves when it is durable. */
  append(...events: readonly JournalEvent[]): Promise<void> {
    const atMs = this.parts.clock.now()
    const entries: JournalEntry[] = events.map(event => ({ ...event, atMs }))
    this.#history = entries.reduce(withEntry, this.#history)
    for (const entry of entries) this.#tell({ kind: 'journaled', entry })
    return this.parts.journal.append(this.#history.id, entries)
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

  /** @throws {ActionMisuseException} the action doesn't list a step of this name */
  declared(path: string, stepName: string): AnyStep<World> {
    const declared = this.action.definition.steps.find(step => step.name === stepName)
    if (declared === undefined) {
      throw new ActionMisuseException(
        this.action.name,
        path,
        `uses the step ${stepName}, which the action does not list: add it to its steps`,
      )
    }
    return declared
  }

  decodeInput(step: AnyStep<World>, path: string): unknown {
    return step.definition.input.parse(this.parts.encoding.decode(this.step(path).input))
  }

  decodeOutput(step: AnyStep<World>, output: StepHistory['output']): unknown {
    return step.definition.output.parse(this.parts.encoding.decode(output ?? null))
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
    this.#tell({ kind: 'waiting', ...wait })
  }

  #tell(what: JournaledEvent | WaitingEvent): void {
    const { tell, clock } = this.parts
    tell({ actionId: this.#history.id, action: this.action.name, atMs: clock.now(), ...what })
  }

  /** Waits, unless the signal says that nobody may wait any more. @throws {Interruption} */
  async sleep(ms: number, interruption: AbortSignal): Promise<void> {
    await this.parts.clock.sleep(ms, interruption)
    if (interruption.aborted) throw new Interruption()
  }
}
