import { type Background, DependencyException, type Exception, type TxId, toException } from 'evenkeel'
import { type Clock, systemClock } from 'evenkeel/actions'
import type { PanelActions } from '../actions/panel-actions.ts'
import type { Cloud } from '../cloud/cloud.ts'
import type { Records } from '../records/database.ts'
import { findingsKeptMs, pruneFindings } from '../records/findings.ts'
import { insertRun, type RunSummary } from '../records/reconciler-runs.ts'
import { comparedKinds } from './compared-kinds.ts'
import { type ComparisonOptions, compareKind, type Tally } from './comparison.ts'
import type { Looker } from './look-again.ts'
import type { Reconciler } from './reconciler.ts'
import { Repairs } from './repairs.ts'

export interface ReconcilerOptions {
  records: Records
  cloud: Cloud
  actions: PanelActions
  background: Background
  /** From the end of one run to the next, in milliseconds. */
  everyMs: number
  /** How long late effects are looked out for, in milliseconds: nothing that is younger is an orphan. */
  watchMs: number
  /** Told of what goes wrong when nobody waits. @default nobody */
  onProblem?: (exception: Exception) => void
  /** How many objects are looked at before others have their turn. @default 50 */
  pageSize?: number
  /**
   * How many repairs a run begins by itself. Where much differs at once, it is likely that something else is wrong, such as records
   * of an old backup: operators then see it before all of it is repaired. @default 100
   */
  repairsMax?: number
  clock?: Clock
}

/** How long it rests after each page, in milliseconds: about as long as a page takes, so that requests find the thread free. */
const restMs = 2

/** The panel is stopped while it compares: what was not compared is compared after the next start. */
export class ComparisonStoppedException extends DependencyException {
  constructor() {
    super(
      'The panel was stopped while it compared the records with the cloud. It compares again after its next start.',
    )
  }
}

/** A reconciler that runs by itself, from its beginning until it is stopped. */
export interface OpenReconciler extends Reconciler {
  /** Compares at once, and then at intervals. */
  begin(): void
  /** Begins no other run, and waits until the present one has given up. */
  stop(): Promise<void>
}

export function openReconciler(options: ReconcilerOptions): OpenReconciler {
  return new CloudReconciler(options)
}

/** What a run has come to, and the exception itself, which its summary only names. */
interface RunEnd {
  readonly summary: RunSummary
  readonly failure: Exception | undefined
}

class CloudReconciler implements OpenReconciler {
  readonly #options: ReconcilerOptions
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  readonly #looker: Looker
  readonly #repairs: Repairs
  #running: { readonly sinceMs: number; readonly end: Promise<RunEnd> } | undefined

  constructor(options: ReconcilerOptions) {
    const { clock = systemClock, records, cloud, actions, watchMs, everyMs, onProblem = () => {} } = options
    this.#options = options
    this.#clock = clock
    const { signal } = this.#stopping
    this.#looker = { records, cloud, actions, watchMs, now: () => clock.now(), signal }
    this.#repairs = new Repairs({
      ...this.#looker,
      everyMs,
      sleep: (ms, signal) => clock.sleep(ms, signal),
      onProblem: thrown => onProblem(toException(thrown)),
    })
  }

  get runningSinceMs(): number | undefined {
    return this.#running?.sinceMs
  }

  begin(): void {
    const { background, everyMs } = this.#options
    void this.run()
    background.repeat('reconciler.run', () => this.#running?.end ?? this.#prepare().work(), {
      intervalMs: everyMs,
    })
  }

  async run(): Promise<RunSummary> {
    if (this.#running !== undefined) return (await this.#running.end).summary
    const { work, end } = this.#prepare()
    void this.#options.background('reconciler.run', work)
    return (await end).summary
  }

  async remedy(findingId: number, remedy: string): Promise<{ readonly actionId: TxId }> {
    const { id } = await this.#repairs.remedy(findingId, remedy)
    return { actionId: id }
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new ComparisonStoppedException())
    await this.#running?.end
  }

  /** From here on it runs, for whoever asks; its work is what the background does, where it is counted and logged. */
  #prepare(): { readonly work: () => Promise<void>; readonly end: Promise<RunEnd> } {
    const { promise: end, resolve } = Promise.withResolvers<RunEnd>()
    const sinceMs = this.#clock.now()
    this.#running = { sinceMs, end }
    const work = async () => {
      const ended = await this.#compare(sinceMs)
      this.#running = undefined
      resolve(ended)
      if (ended.failure !== undefined) throw ended.failure
    }
    return { work, end }
  }

  async #compare(startedAtMs: number): Promise<RunEnd> {
    const tally: Tally = {
      compared: {},
      othersCount: 0,
      found: { orphan: 0, missing: 0, drifted: 0, broken: 0 },
    }
    const failure = await this.#compareAll(tally, startedAtMs)
    const summary = {
      ...tally,
      startedAtMs,
      endedAtMs: this.#clock.now(),
      exception: failure && { name: failure.name, message: failure.message },
    }
    if (this.#stopping.signal.aborted) return { summary, failure }
    return { summary, failure: (await this.#keep(summary)) ?? failure }
  }

  /** A kind that can't be compared, since a system doesn't answer, keeps no other one from it. @returns the first thing that went wrong */
  async #compareAll(tally: Tally, startedAtMs: number): Promise<Exception | undefined> {
    const { signal } = this.#stopping
    const repairs = this.#repairs
    let repairsLeft = this.#options.repairsMax ?? 100
    const options: ComparisonOptions = {
      ...this.#looker,
      startedAtMs,
      pageSize: this.#options.pageSize ?? 50,
      pause: () => this.#clock.sleep(restMs, signal),
      async repair(kind, found, finding) {
        if (repairsLeft === 0) return
        repairsLeft--
        if (!(await repairs.repairFound(kind, found, finding))) repairsLeft++
      },
    }
    let failure = await failureOf(() => this.#repairs.settleEnded())
    for (const kind of comparedKinds) {
      if (signal.aborted) return toException(signal.reason)
      const failed = await failureOf(() => compareKind(kind, tally, options))
      if (failed !== undefined) delete tally.compared[kind.kind]
      failure ??= failed
    }
    return failure
  }

  async #keep(summary: RunSummary): Promise<Exception | undefined> {
    const { records } = this.#options
    return failureOf(async () => {
      await records.transaction(trx => insertRun(trx, summary))
      const beforeMs = summary.endedAtMs - findingsKeptMs
      let isMore = true
      while (isMore) isMore = await records.transaction(trx => pruneFindings(trx, beforeMs, { limit: 1_000 }))
    })
  }
}

async function failureOf(work: () => Promise<void>): Promise<Exception | undefined> {
  try {
    await work()
    return undefined
  } catch (thrown) {
    return toException(thrown)
  }
}
