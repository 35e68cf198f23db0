import type { Exception } from '../exceptions/exception.ts'
import { type Clock, sleepUntil, systemClock } from '../filters/clock.ts'
import { EdgeFilter } from '../filters/edge-filter.ts'
import { chain, type Filter, type Service } from '../filters/service.ts'
import { activeTx, runInTx, Transaction } from '../filters/transaction.ts'
import type { TxId } from '../filters/tx-id.ts'
import type { Stats } from '../stats/stats.ts'
import { StatsFilter } from '../stats/stats-filter.ts'
import type { TxLog } from '../tx-log/tx-log.ts'
import { TxLoggingFilter } from '../tx-log/tx-logging-filter.ts'

/** One run of work that nobody waits for, as its filters see it. */
export interface BackgroundRun {
  readonly name: string
  readonly work: () => unknown
}

export interface BackgroundOptions {
  stats: Stats
  log: TxLog
  /** The application's filters, outermost first. They stand between the log and the work. @default none */
  filters?: readonly Filter<BackgroundRun, unknown>[]
  /** Told once of every exception of category `internal`. @default nobody */
  report?: (exception: Exception, tx: Transaction) => void
  /** Told when a run could not be counted or logged. @default a warning of the process */
  onProblem?: (exception: Exception) => void
  /** @default the machine's */
  clock?: Clock
  /** A number from 0 (inclusive) to 1 (exclusive). @default Math.random */
  random?: () => number
}

export interface RepeatOptions {
  /** How long to wait before each run, the first included, in milliseconds: from the end of the one before. */
  intervalMs: number
  /** By which share of it an interval is longer or shorter by chance, so that many processes spread out. @default 0.1 */
  jitter?: number
}

/** Work that runs again and again. */
export interface Repetition {
  /** Begins no other run, aborts the signal of the present one, and waits for its end. */
  stop(): Promise<void>
}

/** Runs work that nobody waits for: each run is a transaction, and none of its errors escapes. */
export interface Background {
  /**
   * Runs work once, now. Resolves when it has ended, however it did: that is counted and logged.
   *
   * @param options.parentId the transaction that it belongs to @default the current one, if there is one
   */
  (name: string, work: () => unknown, options?: { parentId?: TxId }): Promise<void>
  /** Runs work at intervals, never two runs at once. Its signal is aborted when it is to stop. */
  repeat(name: string, work: () => unknown, options: RepeatOptions): Repetition
  /** Ends all repetitions, and waits for everything that runs. */
  stop(): Promise<void>
  /** The chain that every run goes through, printed. */
  readonly chain: string
}

/**
 * Makes an application's `background`, once: timers, outbox, janitor, mails all run through it, and nothing runs
 * outside a transaction.
 *
 * @example
 * const background = backgroundWith({ stats, log, report })
 * background('mail.welcome', () => sendWelcome(user))
 * background.repeat('janitor', sweep, { intervalMs: 60_000 })
 * await background.stop()
 */
export function backgroundWith(options: BackgroundOptions): Background {
  const runs = new BackgroundRuns(options)
  const once = (name: string, work: () => unknown, { parentId = activeTx()?.id }: { parentId?: TxId } = {}) =>
    runs.run({ name, work }, { parentId })
  return Object.assign(once, {
    repeat: (name: string, work: () => unknown, repeat: RepeatOptions) => runs.repeat({ name, work }, repeat),
    stop: () => runs.stop(),
    chain: runs.chain,
  })
}

class BackgroundRuns {
  readonly chain: string
  readonly #service: Service<BackgroundRun, unknown>
  readonly #clock: Clock
  readonly #random: () => number
  readonly #running = new Set<Promise<void>>()
  readonly #repetitions = new Set<Repetition>()

  constructor({
    stats,
    log,
    filters = [],
    report,
    onProblem,
    clock = systemClock,
    random = Math.random,
  }: BackgroundOptions) {
    const told = onProblem === undefined ? {} : { onProblem }
    this.#service = chain<BackgroundRun, unknown>(
      [
        new StatsFilter({ stats, ...told }),
        new TxLoggingFilter({ log, ...told, ...(report !== undefined && { report }) }),
        ...filters,
        new EdgeFilter(),
      ],
      doWork,
    )
    this.chain = String(this.#service)
    this.#clock = clock
    this.#random = random
  }

  run(run: BackgroundRun, tx: { parentId?: TxId | undefined; signal?: AbortSignal }): Promise<void> {
    const transaction = new Transaction({
      kind: 'background',
      operation: run.name,
      startedAtMs: this.#clock.now(),
      ...tx,
    })
    const end = (): void => {
      this.#running.delete(running)
    }
    // How it ended was counted and logged on the way: nobody else is there to be told.
    const running = runInTx(transaction, () => this.#service(run)).then(end, end)
    this.#running.add(running)
    return running
  }

  repeat(run: BackgroundRun, options: RepeatOptions): Repetition {
    const stopping = new AbortController()
    const ended = this.#repeatUntil(stopping.signal, run, options)
    const repetition: Repetition = {
      stop: async () => {
        stopping.abort()
        this.#repetitions.delete(repetition)
        await ended
      },
    }
    this.#repetitions.add(repetition)
    return repetition
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#repetitions].map(repetition => repetition.stop()))
    // What runs may begin other work before it ends.
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  async #repeatUntil(
    stopping: AbortSignal,
    run: BackgroundRun,
    { intervalMs, jitter = 0.1 }: RepeatOptions,
  ): Promise<void> {
    for (;;) {
      const waitMs = intervalMs * (1 + jitter * (2 * this.#random() - 1))
      await sleepUntil(this.#clock.now() + waitMs, this.#clock, stopping)
      if (stopping.aborted) return
      await this.run(run, { signal: stopping })
    }
  }
}

/** The innermost service, which ends the printed chain. */
async function doWork({ work }: BackgroundRun): Promise<unknown> {
  return work()
}
