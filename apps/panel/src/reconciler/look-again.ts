import { isDeepStrictEqual } from 'node:util'
import type { PanelActions } from '../actions/panel-actions.ts'
import type { Cloud } from '../cloud/cloud.ts'
import { type AnyCloudObject, callsFor, wordsOfKind } from '../cloud/object-kinds.ts'
import type { AtCloud } from '../records/at-cloud.ts'
import type { Records } from '../records/database.ts'
import type { SeenFinding } from '../records/findings.ts'
import { findAnyProjectAction } from '../records/project-actions.ts'
import { recordedKinds } from '../records/recorded-kinds.ts'
import { AtWork } from './at-work.ts'
import type { ComparedKind, Difference, OfferedRemedy } from './compared-kind.ts'
import { actionOfKey } from './own-key.ts'

/** An object of which a listing says something else than the records. */
export interface Candidate {
  readonly id: string
  /** What it carries, as a listing has it. */
  readonly key: string | undefined
}

export interface Looker {
  readonly cloud: Cloud
  readonly records: Records
  readonly actions: PanelActions
  /** How long late effects are looked out for: nothing that is younger is an orphan, in milliseconds. */
  readonly watchMs: number
  readonly now: () => number
  readonly signal: AbortSignal
}

/** What is found of an object that was looked at again. */
export interface Found {
  readonly candidate: Candidate
  readonly seen: SeenFinding
  /** Whether what is safe about it may be done without being asked. */
  readonly isOurs: boolean
}

export interface LookedAgain {
  readonly found: readonly Found[]
  /** Of which nobody can say anything now. */
  readonly atWorkIds: readonly string[]
}

/**
 * Looks at candidates again, each by itself: its record, then the object, with nothing at work on either from before until
 * after. The world moves while it is compared, and only what stays otherwise is a finding.
 */
export async function lookAgain(
  looker: Looker,
  kind: ComparedKind,
  candidates: readonly Candidate[],
): Promise<LookedAgain> {
  const { actions, records } = looker
  using atWork = await AtWork.watch(actions, records.read)
  const looks: Look[] = []
  for (const candidate of candidates) looks.push(await look(looker, kind, candidate, atWork))
  const ids = await atWork.ids()
  const found: Found[] = []
  const atWorkIds: string[] = []
  for (const one of looks) {
    if (await isAtWork(looker, kind, one, ids, atWork)) atWorkIds.push(one.candidate.id)
    else found.push(...one.found)
  }
  return { found, atWorkIds }
}

interface Look {
  readonly candidate: Candidate
  /** As it was when it was looked at. */
  readonly record: AtCloud | undefined
  readonly object: AnyCloudObject | undefined
  readonly found: readonly Found[]
}

async function look(looker: Looker, kind: ComparedKind, candidate: Candidate, atWork: AtWork): Promise<Look> {
  const { cloud, records, signal } = looker
  const record = await kind.recorded.find(records.read, candidate.id)
  const object = await callsFor(kind.kind).get(cloud, candidate.id, signal)
  const seen = { candidate: keyed(candidate, object), record, object }
  if (object?.status.state === 'pending') return { ...seen, found: [] }
  if (record !== undefined) {
    return { ...seen, found: aboutRecord(kind, record, object, seen.candidate) }
  }
  if (object === undefined) return { ...seen, found: [] }
  const orphan = await orphanOf(looker, kind, seen.candidate, atWork)
  return { ...seen, found: orphan === undefined ? [] : [orphan] }
}

/** What is set in the place of another has the same id, and another key. */
function keyed(candidate: Candidate, object: AnyCloudObject | undefined): Candidate {
  return object !== undefined && 'key' in object
    ? { ...candidate, key: object.key as string | undefined }
    : candidate
}

function aboutRecord(
  kind: ComparedKind,
  record: AtCloud,
  object: AnyCloudObject | undefined,
  candidate: Candidate,
): readonly Found[] {
  const { name, uuid: objectUuid, projectId } = record
  const finding = (kindOfFinding: SeenFinding['kind'], { field, what }: Difference): Found => {
    const of = kindOfFinding === 'drifted' ? field : kindOfFinding
    return {
      candidate,
      isOurs: true,
      seen: {
        kind: kindOfFinding,
        objectKind: kind.kind,
        cloudId: record.id,
        objectUuid,
        projectId,
        objectName: name,
        field,
        what,
        remedies: kind.remedies
          .filter(remedy => remedy.of === of && (remedy.isFor?.(record) ?? true))
          .map(shown),
      },
    }
  }
  const called = `${kind.label} '${name}'`
  if (object === undefined) {
    const what = `${called} is recorded as ${record.id}, and the cloud has no such ${wordsOfKind(kind.kind)}.`
    return [finding('missing', { field: '', what })]
  }
  if (object.status.state === 'broken') {
    const what = `${called} is in an error state at the cloud: ${object.status.fault}`
    return [finding('broken', { field: '', what })]
  }
  return kind.differences(object, record).map(difference => finding('drifted', difference))
}

/** An object without a record, if what made it is over for so long that nothing of it can come any more. */
async function orphanOf(
  { actions, records, watchMs, now }: Looker,
  kind: ComparedKind,
  candidate: Candidate,
  atWork: AtWork,
): Promise<Found | undefined> {
  const { id, key } = candidate
  const actionId = actionOfKey(key)
  if (actionId === undefined || atWork.has(actionId)) return undefined
  const made = await actions.view(actionId)
  if (made?.endedAtMs !== undefined && made.endedAtMs + watchMs > now()) return undefined
  const name = made?.name ?? (await findAnyProjectAction(records.read, actionId))?.name
  const maker =
    name === undefined
      ? `with the key ${key}, of an action that is not known here,`
      : `which ${name} ${actionId} has made,`
  return {
    candidate,
    isOurs: name !== undefined,
    seen: {
      kind: 'orphan',
      objectKind: kind.kind,
      cloudId: id,
      objectUuid: null,
      projectId: null,
      objectName: null,
      field: '',
      what: `The cloud has ${wordsOfKind(kind.kind)} ${id}, ${maker} and no record has it.`,
      remedies: [removal],
    },
  }
}

/** The one thing that can be done about an orphan. */
export const removal = {
  name: 'remove',
  label: 'Remove it',
  consequence:
    'It is removed at the cloud, with what is on it. Another panel on the same cloud may have made it, if the action is not known here.',
}

function shown({ name, label, consequence }: OfferedRemedy) {
  return { name, label, consequence }
}

/** Whether something may be about to change the object or its record, or has done so while it was looked at. */
async function isAtWork(
  { records: { read }, cloud, signal }: Looker,
  { kind, recorded, goesWith }: ComparedKind,
  { candidate: { id, key }, record, object }: Look,
  ids: readonly string[],
  atWork: AtWork,
): Promise<boolean> {
  const maker = actionOfKey(key)
  if (maker !== undefined && atWork.has(maker)) return true
  // What was recorded by then may be nobody's by now, such as an address or a port that was given back.
  if (!isDeepStrictEqual(await recorded.find(read, id), record)) return true
  if (record !== undefined && ids.includes(record.uuid)) return true
  if (ids.includes(id) || (await recorded.isOfAny(read, id, ids))) return true
  if (object === undefined) return false
  const whole = goesWith(object)
  if (whole.id !== id && (await recordedKinds[whole.kind].isOfAny(read, whole.id, ids))) return true
  // What tells whose an object was is given up only when that is gone: of what is still there it was told before.
  return record === undefined && (await callsFor(kind).get(cloud, id, signal)) === undefined
}
