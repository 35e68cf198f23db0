import type { Listed } from '../cloud/cloud.ts'
import { type AnyCloudObject, callsFor } from '../cloud/object-kinds.ts'
import type { AtCloud } from '../records/at-cloud.ts'
import {
  type FindingRecord,
  keepFindings,
  reportFinding,
  type SeenFinding,
  settleUnseen,
} from '../records/findings.ts'
import type { ComparedKind } from './compared-kind.ts'
import { type Candidate, type Found, type Looker, lookAgain } from './look-again.ts'
import { type Joined, mergeJoin } from './merge-join.ts'
import { actionOfKey } from './own-key.ts'

/** What a run has come to so far. */
export interface Tally {
  readonly compared: { [objectKind: string]: number }
  othersCount: number
  readonly found: { [Kind in SeenFinding['kind']]: number }
}

export interface ComparisonOptions extends Looker {
  readonly startedAtMs: number
  /** How many objects are looked at before others have their turn. */
  readonly pageSize: number
  /** Gives others their turn. */
  readonly pause: () => Promise<void>
  /** Does what is safe about it. */
  repair(kind: ComparedKind, found: Found, finding: FindingRecord): Promise<void>
}

/** Compares all objects of a kind with their records, and notes what differs; what was known and is not there any more has passed. */
export async function compareKind(
  kind: ComparedKind,
  tally: Tally,
  options: ComparisonOptions,
): Promise<void> {
  const { cloud, records, signal, startedAtMs, pageSize: limit, pause, now } = options
  tally.compared[kind.kind] = 0
  const parts = mergeJoin<AtCloud, Listed<AnyCloudObject>>(
    page => kind.recorded.list(records.read, page),
    page => callsFor(kind.kind).list(cloud, page, signal),
    { limit, pause },
  )
  for await (const part of parts) {
    signal.throwIfAborted()
    const others = part.filter(isOthers).length
    tally.othersCount += others
    tally.compared[kind.kind] = (tally.compared[kind.kind] ?? 0) + part.length - others
    await note(kind, part.filter(pair => isCandidate(kind, pair, options)).map(candidateOf), tally, options)
  }
  await records.transaction(trx =>
    settleUnseen(trx, { objectKinds: [kind.kind], runStartedAtMs: startedAtMs, nowMs: now() }),
  )
}

type Pair = Joined<AtCloud, Listed<AnyCloudObject>>

/** Whether nothing says that the object is ours: it is never looked at. */
function isOthers({ one: record, other: object }: Pair): boolean {
  return record === undefined && actionOfKey(object?.key) === undefined
}

function isCandidate(kind: ComparedKind, pair: Pair, { watchMs, now }: Looker): boolean {
  const { one: record, other: object } = pair
  if (object === undefined) return true
  if (object.status.state === 'pending' || isOthers(pair)) return false
  if (record === undefined) return object.madeAtMs + watchMs <= now()
  return object.status.state === 'broken' || kind.differences(object, record).length > 0
}

function candidateOf({ id, other }: Pair): Candidate {
  return { id, key: other?.key }
}

async function note(
  kind: ComparedKind,
  candidates: readonly Candidate[],
  tally: Tally,
  options: ComparisonOptions,
): Promise<void> {
  if (candidates.length === 0) return
  const { found, atWorkIds } = await lookAgain(options, kind, candidates)
  const nowMs = options.now()
  const noted = await options.records.transaction(async trx => {
    await keepFindings(trx, kind.kind, atWorkIds, nowMs)
    const all: { readonly one: Found; readonly finding: FindingRecord }[] = []
    for (const one of found) all.push({ one, finding: await reportFinding(trx, one.seen, nowMs) })
    return all
  })
  for (const { seen } of found) tally.found[seen.kind]++
  // Few at once: what repairs need is needed by customers, too.
  for (let at = 0; at < noted.length; at += repairsAtOnce) {
    const few = noted.slice(at, at + repairsAtOnce)
    await Promise.all(few.map(({ one, finding }) => options.repair(kind, one, finding)))
  }
}

const repairsAtOnce = 8
