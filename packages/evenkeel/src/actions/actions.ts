import { type Exception, ExceptionRebuilder, toException } from '../exceptions/index.ts'
import { chain, type Filter, type Service } from '../filters/service.ts'
import { activeTx, runInTx, Transaction } from '../filters/transaction.ts'
import { newTxId, type TxId } from '../filters/tx-id.ts'
import type { Action, ActionEnd, AnyAction } from './action.ts'
import type { ActionDatabase, AdmittedAction } from './action-database.ts'
import { pastEndOf } from './action-end.ts'
import type { ActionEvent, Wait } from './action-event.ts'
import type { ActionSummary, ActionsOverview, ActionsReader, ActionView, ResidueView } from './action-view.ts'
import { admit, lockAndAdmit } from './admission.ts'
import { type ActionRun, drive } from './drive.ts'
import { Interruption } from './effect.ts'
import { Encoding } from './encoding.ts'
import { type Clock, systemClock } from './engine/clock.ts'
import type { HistoryQuery } from './engine/history-query.ts'
import type { Journal, JournalEntry } from './engine/journal.ts'
import { Locks } from './engine/locks.ts'
import { Turns } from './engine/turns.ts'
import * as ownExceptions from './exceptions.ts'
import {
  ActionCancelledException,
  ActionMisuseException,
  ActionsStoppingException,
  JournalMismatchException,
} from './exceptions.ts'
import { handOverWatches, isHandedTo } from './hand-over.ts'
import { type ActionHistory, hasEnded, historyOf } from './history.ts'
import { IdempotentStarts } from './idempotent-start.ts'
import { type EngineParts, LiveAction, type StepCall } from './live-action.ts'
import { ActionRegistry } from './registry.ts'
import { residueOf, summaryOf, viewOf } from './view.ts'

export interface ActionsOptions<World, Db> {
  /** Every action that may be started or may be unfinished in the journal. */
  actions: readonly AnyAction<World, Db>[]
  /** The outside systems that steps work on. */
  world: World
  journal: Journal
  database: ActionDatabase<Db>
  /** 32 bytes: encrypts the secrets in inputs. */
  secretKey: Uint8Array
  /** The exception classes that steps may throw, so that they come out of the journal as themselves. @default none: as their nearest known ancestors */
  exceptions?: Iterable<unknown>
  /** Around every run of an action: statistics, the log. @default none */
  filters?: readonly Filter<ActionRun, unknown>[]
  /** Around every do, find and undo. @default none */
  stepFilters?: readonly Filter<StepCall, unknown>[]
  /** How long an effect may take to show after its answer was lost, in milliseconds. @default 2_000 */
  settleMs?: number
  /** How long late effects are looked out for, in milliseconds. @default 600_000 */
  watchMs?: number
  /** How many actions run at once; others wait, oldest first. @default 256 */
  concurrency?: number
  /** How long idempotency keys are remembered, in milliseconds; longer while their action is not closed. @default 86_400_000 (a day) */
  keepIdempotencyKeysMs?: number
  clock?: Clock
  /** A number from 0 (inclusive) to 1 (exclusive). @default Math.random */
  random?: () => number
  /** Told of what an operator should look at and what no caller sees. @default nobody */
  report?: (exception: Exception, action: string, actionId: string) => void
}

export interface StartOptions {
  /** Aborted when the caller doesn't wait any more: an action that isn't admitted yet never will be. */
  signal?: AbortSignal
  /** How long to wait for the locks, in milliseconds. @default 30_000 */
  waitMs?: number
  /**
   * The caller's own name for this request: the same key of the same owner gives the action that was started under
   * it, whether it runs or has ended. Another action or request under the key is refused. 1 to 255 characters.
   */
  idempotencyKey?: string
  /** Whose key it is: others' keys are others. @default the principal of the current transaction */
  keyOwner?: string
  /** What must be the same under the key, where the request itself holds what is new each time. @default the request */
  sameUnderKey?: unknown
  /** As the definition's `deadlineMs`, for this one. Durable when `start` resolves. @default the definition's */
  deadlineMs?: number
}

export interface StartedAction<Output> {
  readonly id: TxId
  /** Resolves when the action has ended. Never, if this process ends first. */
  readonly end: Promise<ActionEnd<Output>>
}

/** Starts actions, finishes what an earlier process left, and tells what they are doing. */
export class Actions<World, Db> implements ActionsReader {
  readonly #parts: EngineParts<World, Db>
  readonly #registry: ActionRegistry<World, Db>
  readonly #filters: readonly Filter<ActionRun, unknown>[]
  readonly #shutdown = new AbortController()
  readonly #turns: Turns
  /** Those that are open in the journal, by id. */
  readonly #live = new Map<TxId, LiveAction<World, Db>>()
  readonly #driving = new Set<Promise<void>>()
  /** Of those that are live, once they are driven in this process. */
  readonly #ends = new Map<TxId, Promise<ActionEnd<unknown>>>()
  readonly #idempotentStarts: IdempotentStarts<Db>
  readonly #listeners = new Set<(event: ActionEvent) => void>()

  private constructor(options: ActionsOptions<World, Db>) {
    const { clock = systemClock, stepFilters = [], exceptions = [] } = options
    this.#registry = new ActionRegistry(options.actions)
    this.#filters = options.filters ?? []
    this.#turns = new Turns(options.concurrency ?? 256)
    this.#parts = {
      world: options.world,
      journal: options.journal,
      database: options.database,
      locks: new Locks(clock),
      clock,
      encoding: new Encoding(options.secretKey),
      classes: new ExceptionRebuilder([...Object.values(ownExceptions), ...exceptions]),
      random: options.random ?? Math.random,
      settleMs: options.settleMs ?? 2_000,
      watchMs: options.watchMs ?? 600_000,
      stepService: chain(stepFilters, call => call.run()),
      shutdown: this.#shutdown.signal,
      live: this.#live,
      registry: this.#registry,
      tell: event => this.#tell(event),
      report: options.report ?? (() => {}),
    }
    this.#idempotentStarts = new IdempotentStarts({
      database: options.database,
      clock,
      keepMs: options.keepIdempotencyKeysMs ?? 86_400_000,
      isLive: id => this.#live.has(id),
    })
  }

  /**
   * Opens the engine: takes again the locks that the journal says are held, and goes on with every unfinished action,
   * oldest first. One that can't be read is reported and left alone; the others go on.
   *
   * @throws {JournalMismatchException} journal and database don't belong together
   */
  static async open<World, Db>(options: ActionsOptions<World, Db>): Promise<Actions<World, Db>> {
    const actions = new Actions(options)
    await actions.#checkBelongTogether()
    await actions.#recover()
    return actions
  }

  /**
   * Admits an action and lets it run. Resolves as soon as the admission is durable: from then on it ends, whatever
   * happens to this process.
   *
   * @throws {LockedException | WatchedException} what it needs was held for longer than `waitMs`: nothing was begun
   * @throws {GaveUpWaitingException} the signal was aborted before the admission
   * @throws {ActionsStoppingException} the engine is stopping
   * @throws {IdempotencyKeyReusedException} the idempotency key stands for another action or request
   * @throws what the action's `admit` throws: nothing was begun
   */
  async start<Request, Input, Output>(
    action: Action<Request, Input, Output, World, Db>,
    request: Request,
    options: StartOptions = {},
  ): Promise<StartedAction<Output>> {
    this.#checkStartable(action, options)
    if (this.#shutdown.signal.aborted) throw new ActionsStoppingException(action.name)
    const { idempotencyKey: key, sameUnderKey = request } = options
    if (key === undefined) return this.#startNew(action, request, options)
    const requestHash = this.#parts.encoding.fingerprint(sameUnderKey, `request of ${action.name}`)
    const principal = options.keyOwner ?? activeTx()?.principal ?? ''
    const wanted = { principal, key, action: action.name, requestHash }
    return this.#idempotentStarts.once(wanted, options.signal, {
      begin: alsoWrite => this.#startNew(action, request, options, alsoWrite),
      find: id => this.#startedBefore(action, id),
    })
  }

  /**
   * The action that was started under an idempotency key, without starting any: for whoever has to know that a request is
   * repeated before it gets as far as `start`.
   *
   * @returns undefined for a key that is free
   * @throws {IdempotencyKeyReusedException} the key stands for another request
   */
  async startedUnder(
    idempotencyKey: string,
    { keyOwner, sameUnderKey }: Required<Pick<StartOptions, 'keyOwner' | 'sameUnderKey'>>,
  ): Promise<{ readonly id: TxId; readonly name: string } | undefined> {
    const requestHash = this.#parts.encoding.fingerprint(sameUnderKey, 'request')
    const earlier = await this.#idempotentStarts.find({
      principal: keyOwner,
      key: idempotencyKey,
      requestHash,
    })
    return earlier && { id: earlier.actionId, name: earlier.action }
  }

  async #startNew<Request, Input, Output>(
    action: Action<Request, Input, Output, World, Db>,
    request: Request,
    { signal, waitMs = 30_000, deadlineMs = action.definition.deadlineMs }: StartOptions,
    alsoWrite?: (db: Db, id: TxId) => Promise<void>,
  ): Promise<StartedAction<Output>> {
    const id = newTxId(this.#parts.clock.now())
    const admitted =
      action.definition.queue === 'after-admission'
        ? await admit(this.#parts, action, id, request, { signal, alsoWrite })
        : await lockAndAdmit(this.#parts, action, id, request, { signal, waitMs, alsoWrite })
    const { end, written } = this.#begin(action, admitted, deadlineMs)
    // The admitted row knows the definition's deadline only: any other one is durable with the start.
    if (deadlineMs !== action.definition.deadlineMs) await written
    return { id, end: end as Promise<ActionEnd<Output>> }
  }

  async #startedBefore<Request, Input, Output>(
    action: Action<Request, Input, Output, World, Db>,
    id: TxId,
  ): Promise<StartedAction<Output>> {
    const live = this.#live.get(id)
    const running = live !== undefined && !hasEnded(live.history) ? this.#ends.get(id) : undefined
    const end = running ?? this.#pastEnd(action, id)
    end.catch(() => {}) // whoever only wants the id need not listen
    return { id, end: end as Promise<ActionEnd<Output>> }
  }

  async #pastEnd(action: AnyAction<World, Db>, id: TxId): Promise<ActionEnd<unknown>> {
    const entries = await this.#parts.journal.read(id)
    const history = entries.length > 0 ? this.#readable(id, entries) : undefined
    return pastEndOf(id, history, action, this.#parts)
  }

  /**
   * Calls an action off: it is rolled back, if it is still before its pivot and its end. A deletion that was admitted at
   * once can't be: whoever asked for it was told that the thing is gone.
   *
   * @returns whether it will be
   */
  async cancel(id: TxId, reason: string): Promise<boolean> {
    return (await this.#live.get(id)?.callOff(new ActionCancelledException(reason))) ?? false
  }

  /**
   * Tries at once what an action has left over, instead of when the janitor would.
   *
   * @param path of the step concerned
   * @param by who asks for it: kept in the journal
   * @returns whether there is something to try
   */
  async retry(id: TxId, path: string, { by }: { by: string }): Promise<boolean> {
    return (await this.#live.get(id)?.retryNow(path, by)) ?? false
  }

  /**
   * Takes something that an action has left over from the janitor, because an operator has dealt with it otherwise: nobody
   * tries it any more. Who did so and why is kept in the journal.
   *
   * @returns whether there was something
   */
  async forget(id: TxId, path: string, why: { by: string; reason: string }): Promise<boolean> {
    return (await this.#live.get(id)?.forget(path, why)) ?? false
  }

  /**
   * Tells a listener of everything that happens in actions, as it happens: what is written into journals, and what is
   * waited for. What happened before is in `view`.
   *
   * @param listener a listener that throws is reported, and the others are told all the same
   * @returns ends it
   */
  subscribe(listener: (event: ActionEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(event: ActionEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (thrown) {
        this.#parts.report(toException(thrown), event.action, event.actionId)
      }
    }
  }

  async list(query: HistoryQuery = {}): Promise<readonly ActionSummary[]> {
    const histories = await this.#parts.journal.query(query)
    return histories.flatMap(({ actionId, entries }) => {
      const history = this.#live.get(actionId)?.history ?? this.#readable(actionId, entries)
      return history === undefined ? [] : [summaryOf(history)]
    })
  }

  async view(id: TxId): Promise<ActionView | undefined> {
    const present = this.#presentOf(id) // what goes on is known without the journal
    if (present !== undefined) return present
    const entries = await this.#parts.journal.read(id)
    const begun = this.#presentOf(id)
    if (begun !== undefined) return begun
    const history = entries.length > 0 ? this.#readable(id, entries) : undefined
    return history && viewOf(history)
  }

  #presentOf(id: TxId): ActionView | undefined {
    const live = this.#live.get(id)
    return live && this.#viewOf(live)
  }

  #viewOf(live: LiveAction<World, Db>): ActionView {
    const view = live.view()
    const wait = view.state === 'waiting' ? this.#lockWaitOf(live) : undefined
    // Who holds the lock may have changed since it was told.
    return wait === undefined ? view : { ...view, waits: [{ ...wait, sinceMs: view.startedAtMs }] }
  }

  async overview(): Promise<ActionsOverview> {
    // What is under way or left over is never closed in the journal: the live actions are all there are.
    const histories = [...this.#live.values()].map(({ history }) => history)
    const steps = histories.flatMap(history => [...history.steps.values()])
    return {
      running: histories.filter(history => !hasEnded(history)).length,
      watches: steps.filter(({ watch }) => watch !== undefined).length,
      residue: steps.filter(({ residue }) => residue !== undefined).length,
    }
  }

  /**
   * Every action that is not closed, with the locks that say what it is about: it waits or goes on, or it has ended, and what
   * may come late or was left over is looked after. For whoever must not take for settled what is not.
   */
  unclosed(): readonly { readonly id: TxId; readonly name: string; readonly locks: readonly string[] }[] {
    return [...this.#live.values()].map(({ history: { id, name, locks } }) => ({ id, name, locks }))
  }

  async residue(): Promise<readonly ResidueView[]> {
    return [...this.#live.values()].flatMap(({ history }) => residueOf(history))
  }

  /**
   * The end of an action that goes on in this process: for whoever did not start it, and waits for it.
   *
   * @returns undefined if no such action goes on: it has ended, or there never was one
   */
  endOf(id: string): Promise<ActionEnd<unknown>> | undefined {
    return this.#ends.get(id as TxId)
  }

  /** The action that holds a lock, if one does. */
  holderOf(lock: string): { readonly id: TxId; readonly name: string; readonly sinceMs: number } | undefined {
    const holder = this.#parts.locks.holderOf(lock)
    return holder && { id: holder.actionId, name: holder.action, sinceMs: holder.sinceMs }
  }

  /**
   * Pauses: no new effect begins, and those under way are given `graceMs` to end. The next start goes on with what is
   * unfinished. Journal and database stay open.
   */
  async stop({ graceMs = 3_000 }: { graceMs?: number } = {}): Promise<void> {
    this.#shutdown.abort()
    this.#parts.locks.stop()
    for (const live of this.#live.values()) live.forward.abort()
    const settled = new AbortController()
    const all = Promise.allSettled(this.#driving).then(() => settled.abort())
    await Promise.race([all, this.#parts.clock.sleep(graceMs, settled.signal)])
  }

  /** Writes the start of an admitted action and lets it run. */
  #begin(
    action: AnyAction<World, Db>,
    { id, name, version, input, locks, atMs }: AdmittedAction,
    deadlineMs: number | undefined,
    { isResumed = false }: { isResumed?: boolean } = {},
  ): { readonly end: Promise<ActionEnd<unknown>>; readonly written: Promise<void> } {
    const tx = activeTx()
    const started: JournalEntry = {
      kind: 'started',
      name,
      version,
      input,
      locks,
      isQueued: action.definition.queue === 'after-admission',
      caller: { ...(tx && { txId: tx.id }), ...(tx?.principal !== undefined && { principal: tx.principal }) },
      ...(deadlineMs !== undefined && { deadlineAtMs: atMs + deadlineMs }),
      ...(isResumed && { isResumed: true as const }),
      atMs,
    }
    const live = new LiveAction(this.#parts, action, historyOf(id, [started]))
    live.tell({ kind: 'journaled', entry: started })
    // Not awaited: it is durable with the first intent, and until then the admitted row stands for it.
    const written = this.#parts.journal.append(id, [started])
    written.catch((error: unknown) => live.journalFailed(error))
    return { end: this.#drive(live), written }
  }

  #drive(live: LiveAction<World, Db>): Promise<ActionEnd<unknown>> {
    const { id, name } = live.history
    this.#live.set(id, live)
    // Admitted in the last moment: the next start goes on with it.
    if (this.#shutdown.signal.aborted) live.forward.abort()
    const end = Promise.withResolvers<ActionEnd<unknown>>()
    this.#ends.set(id, end.promise)
    const driving = this.#driveInTurn(live, end.resolve)
      .then(() => {
        this.#live.delete(id)
        this.#ends.delete(id)
        live.closed.resolve()
      })
      .catch((thrown: unknown) => {
        // It stays open in the journal, with its locks, and the next start goes on with it.
        if (!(thrown instanceof Interruption)) this.#parts.report(toException(thrown), name, id)
      })
      .then(() => {
        this.#driving.delete(driving)
      })
    this.#driving.add(driving)
    return end.promise
  }

  async #driveInTurn(live: LiveAction<World, Db>, onEnd: (end: ActionEnd<unknown>) => void): Promise<void> {
    // Waiting for a lock takes nobody's turn: who holds it may need one.
    if (live.history.state === 'waiting') await this.#queueForLocks(live)
    return this.#turns.take(turn => {
      live.pace.begin(turn)
      return drive(live, {
        run: this.#inFilters(live),
        onEnded: end => {
          live.pace.end()
          onEnd(end)
        },
      })
    })
  }

  /** The filters around an action's run, in a transaction whose id is the action's. */
  #inFilters(live: LiveAction<World, Db>): (run: Service<ActionRun, unknown>) => Promise<unknown> {
    const { id, name, locks, caller, startedAtMs } = live.history
    return run => {
      const tx = new Transaction({ kind: 'action', operation: name, id, parentId: caller.txId, startedAtMs })
      tx.principal = caller.principal
      tx.resource = locks[0]
      return runInTx(tx, () => chain(this.#filters, run)({ id, name }))
    }
  }

  async #queueForLocks(live: LiveAction<World, Db>): Promise<void> {
    const { locks } = this.#parts
    const { id, name, locks: keys } = live.history
    const granted = locks.queue({ actionId: id, action: name, keys }, watchingId => {
      const watching = this.#live.get(watchingId)
      if (watching === undefined || !isHandedTo(live, watching)) return false
      handOverWatches(watching).catch((error: unknown) => watching.journalFailed(error))
      return true
    })
    const cancels = live.action.definition.cancels ?? []
    for (const key of keys) {
      const holder = locks.holderOf(key)
      if (holder !== undefined && cancels.includes(holder.action))
        await this.cancel(holder.actionId, `${name} of ${key}`)
    }
    const wait = this.#lockWaitOf(live)
    if (wait !== undefined) live.tellWaiting(wait)
    await granted
    await live.append({ kind: 'granted' })
  }

  #lockWaitOf(live: LiveAction<World, Db>): Wait | undefined {
    for (const lock of live.history.locks) {
      const holder = this.#parts.locks.holderOf(lock)
      if (holder === undefined || holder.actionId === live.history.id) continue
      const { action, actionId, sinceMs, watchedUntilMs } = holder
      const wait = { path: undefined, part: undefined, for: 'lock', untilMs: watchedUntilMs } as const
      return { ...wait, holder: { lock, action, actionId, sinceMs } }
    }
    return undefined
  }

  async #checkBelongTogether(): Promise<void> {
    const { journal, database } = this.#parts
    const bound = await database.journalId(database.read)
    if (bound === undefined) return database.transaction(db => database.bindJournal(db, journal.id))
    if (bound === journal.id) return
    throw new JournalMismatchException(
      `The actions' journal (${journal.id}) is not the one that the database was used with (${bound}). Put the two that belong together into the data folder: both from the same backup.`,
    )
  }

  async #recover(): Promise<void> {
    const { journal, database } = this.#parts
    const begun = new Set<TxId>()
    const unreadable = new Set<TxId>()
    const revived: LiveAction<World, Db>[] = []
    for await (const { actionId, entries } of journal.open()) {
      begun.add(actionId)
      const history = this.#readable(actionId, entries)
      if (history === undefined) unreadable.add(actionId)
      const live = history && this.#revive(history)
      if (live !== undefined) revived.push(live)
    }
    for (const { actionId } of await journal.setAside()) unreadable.add(actionId)
    const startable = (await database.listAdmitted(database.read)).flatMap(admitted => {
      // Nobody can tell how far it got: what it may have left must not be worked on by others.
      if (unreadable.has(admitted.id)) this.#restoreFreeLocks(admitted)
      if (unreadable.has(admitted.id) || begun.has(admitted.id)) return []
      // Admitted, and the process ended before the journal knew of it; or the journal has lost it.
      const action = this.#codeFor(admitted)
      if (action === undefined) return []
      if (action.definition.queue !== 'after-admission') this.#restoreLocks(admitted, admitted.atMs)
      return [{ action, admitted }]
    })
    // All locks are where they were: only now may anything move.
    for (const live of revived) void this.#drive(live)
    for (const { action, admitted } of startable)
      this.#begin(action, admitted, action.definition.deadlineMs, { isResumed: true })
  }

  #revive(history: ActionHistory): LiveAction<World, Db> | undefined {
    const { id: actionId } = history
    // Also for an action that can't be gone on with: what it left must not be worked on by others.
    if (!hasEnded(history) && history.state !== 'waiting') this.#restoreLocks(history, history.startedAtMs)
    const action = this.#codeFor(history)
    if (action === undefined) return undefined
    try {
      const live = new LiveAction(this.#parts, action, history)
      const guardsUntilMs = [...history.steps.values()].flatMap(({ path, watch }) =>
        watch !== undefined && live.codeIfKnown(path)?.definition.changes ? [watch.untilMs] : [],
      )
      if (hasEnded(history) && guardsUntilMs.length > 0) {
        this.#restoreLocks(history, history.startedAtMs)
        this.#parts.locks.keepForWatch(actionId, Math.max(...guardsUntilMs))
      }
      return live
    } catch (thrown) {
      this.#parts.report(toException(thrown), action.name, actionId)
      return undefined
    }
  }

  #restoreLocks(
    { id, name, locks }: { id: TxId; name: string; locks: readonly string[] },
    sinceMs: number,
  ): void {
    this.#parts.locks.restore({ actionId: id, action: name, keys: locks }, sinceMs)
  }

  /** Those of its locks that no other action is known to hold: it may have been waiting for them. */
  #restoreFreeLocks({ locks, ...admitted }: AdmittedAction): void {
    const free = locks.filter(lock => this.#parts.locks.holderOf(lock) === undefined)
    this.#restoreLocks({ ...admitted, locks: free }, admitted.atMs)
  }

  /** @throws {ActionMisuseException} the engine doesn't know it, or knows a newer version, or can't do it like this */
  #checkStartable<Request, Input, Output>(
    action: Action<Request, Input, Output, World, Db>,
    { deadlineMs }: StartOptions,
  ): void {
    if (deadlineMs !== undefined && action.definition.queue === 'after-admission')
      throw new ActionMisuseException(
        action.name,
        'start',
        "has a deadline, and an action that is admitted at once can't be called off: leave it out",
      )
    const newest = this.#registry.newest(action.name)
    if (newest === action) return
    const { version } = action.definition
    const what =
      this.#registry.codeFor(action.name, version) === action
        ? `of version ${version} only finishes what it began: start version ${newest?.definition.version}`
        : 'is not among the actions that the engine was opened with: list it there'
    throw new ActionMisuseException(action.name, 'start', what)
  }

  /** The code that goes on with an action, or, if only its name is known, that settles it. */
  #codeFor({ name, version, id }: AdmittedAction | ActionHistory): AnyAction<World, Db> | undefined {
    const action = this.#registry.codeFor(name, version)
    if (action === undefined) {
      const what =
        'is unfinished in the journal, and this release has no action of that name: it stays as it is'
      this.#parts.report(new ActionMisuseException(name, id, what), name, id)
    }
    return action
  }

  /** The history, or undefined if the journal is damaged there, which is reported: the others go on. */
  #readable(id: TxId, entries: readonly JournalEntry[]): ActionHistory | undefined {
    try {
      return historyOf(id, entries)
    } catch (thrown) {
      this.#parts.report(toException(thrown), 'unreadable', id)
      return undefined
    }
  }
}
