import { ConflictException, ContentionException, toException } from 'evenkeel'
import type { ActionEnd } from 'evenkeel/actions'
import { NothingToDoException } from '../actions/nothing-to-do.ts'
import { removeOrphan } from '../actions/reconcile-orphan.ts'
import type { Cloud } from '../cloud/cloud.ts'
import { callsFor, type ObjectKind } from '../cloud/object-kinds.ts'
import { beginRepair, endRepair, type FindingRecord, findFinding, listFindings } from '../records/findings.ts'
import type { ComparedKind, Repair, StartedRepair } from './compared-kind.ts'
import { comparedKind } from './compared-kinds.ts'
import { type Candidate, type Found, type Looker, lookAgain, removal } from './look-again.ts'

/** How often something is tried to be repaired without being asked. */
const attemptsMax = 5

/** How long a run waits for a repair's end, in milliseconds: it goes on without it then, and the next run looks after it. */
const patienceMs = 60_000

/** How long a repair waits for its turn, in milliseconds: what is busy is looked at again by the next run. */
const waitMs = 1_000

export interface RepairsOptions extends Looker {
  /** From one run to the next, in milliseconds: a repair that was rolled back is not tried again before. */
  readonly everyMs: number
  sleep(ms: number, signal: AbortSignal): Promise<void>
  /** Told of what goes wrong when nobody waits. */
  onProblem(thrown: unknown): void
}

/** What an operator would have remedied is not so any more. */
export class FindingPassedException extends ConflictException<{ id: number }> {
  constructor(id: number) {
    super(
      `Finding ${id} is not so any more, or something is at work on its object. Compare now, and look again.`,
      { data: { id } },
    )
  }
}

/** Begins what is done about findings, and notes what has become of it. */
export class Repairs {
  readonly #options: RepairsOptions

  constructor(options: RepairsOptions) {
    this.#options = options
  }

  /**
   * Repairs what has just been found, if that is safe and due, and waits for its end.
   *
   * @returns whether a repair was begun
   */
  async repairFound(
    kind: ComparedKind,
    { seen, candidate, isOurs }: Found,
    finding: FindingRecord,
  ): Promise<boolean> {
    const field = seen.kind === 'drifted' ? seen.field : seen.kind
    const repair =
      seen.kind === 'orphan' && isOurs ? orphanRemoval(kind.kind, candidate) : kind.byItself[field]
    if (repair === undefined || !isDue(finding, this.#options.now())) return false
    const started = await this.#startUnlessBusy(repair, finding)
    if (started === undefined) return false
    const isNoted = await this.#begun(finding, started)
    if (!isNoted) return true
    const { sleep, signal } = this.#options
    const over = new AbortController()
    const patience = sleep(patienceMs, AbortSignal.any([over.signal, signal]))
    const nextTryAtMs = this.#nextTryAfter(finding)
    const settled = this.#settleAtEnd(started.end, nextTryAtMs)
    await Promise.race([settled, patience])
    over.abort()
    return true
  }

  /**
   * Has done what an operator asks for.
   *
   * @throws {FindingPassedException} there is nothing to be remedied any more
   */
  async remedy(findingId: number, remedy: string): Promise<StartedRepair> {
    const { actions, records } = this.#options
    const finding = await findFinding(records.read, findingId)
    const repair = finding && (await this.#repairFor(finding, remedy))
    if (finding === undefined || repair === undefined) throw new FindingPassedException(findingId)
    const started = await repair({ actions, records }, finding, {})
    await this.#begun(finding, started)
    this.#settleAtEnd(started.end, null)
    return started
  }

  /** Notes the ends of repairs that ended when nobody looked: after a restart, or after a run had lost its patience. */
  async settleEnded(): Promise<void> {
    const { actions, records, now } = this.#options
    for (let before: number | undefined; ; ) {
      const page = await listFindings(records.read, { states: ['repairing'], before, limit: 100 })
      for (const finding of page) {
        before = finding.id
        const { actionId } = finding
        if (actionId === null || actions.endOf(actionId) !== undefined) continue
        const view = await actions.view(actionId as StartedRepair['id'])
        if (view !== undefined && view.endedAtMs === undefined) continue
        const reason = view === undefined ? 'its action is not known here any more' : view.cause?.message
        const outcome =
          view?.state === 'succeeded'
            ? ({ kind: 'succeeded' } as const)
            : { kind: 'rolled-back' as const, reason: reason ?? '', nextTryAtMs: this.#nextTryAfter(finding) }
        await records.transaction(trx => endRepair(trx, actionId, outcome, now()))
      }
      if (page.length === 0) return
    }
  }

  async #startUnlessBusy(repair: Repair, finding: FindingRecord): Promise<StartedRepair | undefined> {
    const { actions, records, signal } = this.#options
    try {
      return await repair({ actions, records }, finding, { waitMs, signal })
    } catch (thrown) {
      const exception = toException(thrown)
      // Set right, deleted or being changed since it was looked at: the next run sees what has become of it.
      const isOver = exception instanceof NothingToDoException || exception.category === 'client'
      if (isOver || exception instanceof ContentionException) return undefined
      throw thrown
    }
  }

  async #begun({ id }: FindingRecord, { id: actionId }: StartedRepair): Promise<boolean> {
    return this.#options.records.transaction(trx => beginRepair(trx, id, actionId))
  }

  async #settleAtEnd(end: Promise<ActionEnd<unknown>>, nextTryAtMs: number | null): Promise<void> {
    const { records, now, onProblem } = this.#options
    try {
      const ended = await end
      const outcome =
        ended.kind === 'succeeded' ? ended : { kind: ended.kind, reason: ended.cause.message, nextTryAtMs }
      await records.transaction(trx => endRepair(trx, ended.actionId, outcome, now()))
    } catch (thrown) {
      onProblem(thrown)
    }
  }

  async #repairFor(finding: FindingRecord, remedy: string): Promise<Repair | undefined> {
    const kind = comparedKind(finding.objectKind)
    if (kind === undefined) return undefined
    if (remedy !== removal.name) return kind.remedies.find(({ name }) => name === remedy)?.repair
    const orphan = await this.#orphanStill(kind, finding)
    return orphan && orphanRemoval(kind.kind, orphan)
  }

  async #orphanStill(kind: ComparedKind, { cloudId }: FindingRecord): Promise<Candidate | undefined> {
    const { cloud, signal } = this.#options
    const key = await keyOf(cloud, kind.kind, cloudId ?? '', signal)
    const { found } = await lookAgain(this.#options, kind, [{ id: cloudId ?? '', key }])
    return found.find(({ seen }) => seen.kind === 'orphan')?.candidate
  }

  /** Each pause is twice as long as the one before. */
  #nextTryAfter({ attempts }: FindingRecord): number | null {
    const { now, everyMs } = this.#options
    return attempts + 1 >= attemptsMax ? null : now() + everyMs * 2 ** attempts
  }
}

function isDue({ state, attempts, nextTryAtMs }: FindingRecord, nowMs: number): boolean {
  return state === 'open' && (attempts === 0 || (nextTryAtMs !== null && nextTryAtMs <= nowMs))
}

function orphanRemoval(kind: ObjectKind, { id, key = '' }: Candidate): Repair {
  return ({ actions }, _finding, options) => actions.start(removeOrphan, { kind, id, key }, options)
}

/** What an object carries, which only listings show: it is looked for from the ids on that begin like its own. */
async function keyOf(
  cloud: Cloud,
  kind: ObjectKind,
  id: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (let after = id.slice(0, -1); after < id; ) {
    const page = await callsFor(kind).list(cloud, { after, limit: 50 }, signal)
    const listed = page.find(object => object.id === id)
    if (listed !== undefined) return listed.key
    const last = page.at(-1)
    if (last === undefined) return undefined
    after = last.id
  }
  return undefined
}
