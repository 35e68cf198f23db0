import type { TxId } from 'evenkeel'
import type { Action, ActionEnd, StartOptions } from 'evenkeel/actions'
import type { PanelWorld } from '../actions/define.ts'
import type { PanelActions } from '../actions/panel-actions.ts'
import type { Target } from '../actions/target.ts'
import type { AnyCloudObject, ObjectKind, ObjectOf } from '../cloud/object-kinds.ts'
import type { AtCloud, RecordsAtCloud } from '../records/at-cloud.ts'
import type { Records } from '../records/database.ts'
import type { FindingRecord, Remedy } from '../records/findings.ts'
import { recordedKinds } from '../records/recorded-kinds.ts'
import type { Db } from '../records/tables.ts'

/** A field of which the cloud has another value than the records. */
export interface Difference {
  readonly field: string
  /** One sentence: what is where, and what the records say. */
  readonly what: string
}

/** What repairs are started with. */
export interface RepairContext {
  readonly actions: PanelActions
  readonly records: Records
}

/** What is repaired: of which object, and whose. */
export type ToRepair = Pick<FindingRecord, 'cloudId' | 'objectUuid' | 'projectId'>

export interface StartedRepair {
  readonly id: TxId
  readonly end: Promise<ActionEnd<unknown>>
}

/** Starts an action about a finding. @throws what its admission throws: nothing was begun then */
export type Repair = (
  context: RepairContext,
  finding: ToRepair,
  options: StartOptions,
) => Promise<StartedRepair>

/** What an operator can ask for. */
export interface OfferedRemedy extends Remedy {
  /** The field that it sets right, or what else is wrong with the object. */
  readonly of: string
  readonly repair: Repair
  /** Whether it can be asked for this record. @default it can */
  readonly isFor?: (record: AtCloud) => boolean
}

export interface ComparedKindOptions<Object extends AnyCloudObject, Row> {
  /** As sentences begin with it: `Server`. */
  readonly label: string
  /** In which fields a ready object differs from its record. @default nothing is compared but that it is there */
  differences?(object: Object, record: Row): readonly Difference[]
  /** What else it goes along with at the cloud: what is at work on that may be about to remove it. @default nothing */
  goesWith?(object: Object): { readonly kind: ObjectKind; readonly id: string }
  /** What is safe to be done without being asked, by the field that differs, or `missing`. @default nothing */
  readonly byItself?: { readonly [field: string]: Repair }
  /** What an operator can ask for. @default nothing */
  readonly remedies?: readonly OfferedRemedy[]
}

/** How a kind of object is compared, and what is done about what differs. */
export interface ComparedKind extends Required<ComparedKindOptions<AnyCloudObject, AtCloud>> {
  readonly kind: ObjectKind
  readonly recorded: RecordsAtCloud<AtCloud>
}

type RowOf<Kind extends ObjectKind> =
  (typeof recordedKinds)[Kind] extends RecordsAtCloud<infer Row> ? Row : never

/** Declares how a kind is compared. */
export function compared<Kind extends ObjectKind>(
  kind: Kind,
  options: ComparedKindOptions<ObjectOf<Kind>, RowOf<Kind>>,
): ComparedKind {
  return {
    kind,
    recorded: recordedKinds[kind] as RecordsAtCloud<AtCloud>,
    differences: () => [],
    goesWith: ({ id }) => ({ kind, id }),
    byItself: {},
    remedies: [],
    // Objects and records of a kind come from that kind's listings only.
    ...(options as unknown as ComparedKindOptions<AnyCloudObject, AtCloud>),
  }
}

/** A difference, if it is one. */
export function differs(isSo: boolean, field: string, what: string): readonly Difference[] {
  return isSo ? [{ field, what }] : []
}

// biome-ignore lint/suspicious/noExplicitAny: inputs of different actions have no common type but this one; each is made by its own `admit`.
type TargetAction = Action<Target, any, any, PanelWorld, Db>

/** Starts an action that asks for nothing but what it is about. */
export function onRecord(action: TargetAction): Repair {
  return async ({ actions }, finding, options) => actions.start(action, targetOf(finding), options)
}

/** What a finding is about, as actions are asked for it. */
export function targetOf({ projectId, objectUuid }: ToRepair): Target {
  if (projectId === null || objectUuid === null)
    throw new TypeError('a finding without a record has nothing to repair')
  return { projectId, uuid: objectUuid }
}

/** Deletes the record of what is missing, as its owner would. */
export function deleteRecord(deletion: TargetAction): OfferedRemedy {
  return {
    of: 'missing',
    name: 'delete',
    label: 'Delete its record',
    consequence:
      'It is deleted as its owner would do it, together with what belongs to it, also where that is still there (a server takes its root volume along, with its data). Its quota is free again, and the log of the project tells its owner.',
    repair: onRecord(deletion),
  }
}
