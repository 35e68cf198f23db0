import { activeTx } from 'evenkeel'
import {
  type Action,
  ActionCancelledException,
  type ActionDefinition,
  type ActionEnd,
  type AdmissionContext,
  actionsOn,
} from 'evenkeel/actions'
import type { Cloud } from '../cloud/cloud.ts'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import { insertEvent } from '../records/events.ts'
import { insertGone } from '../records/gone.ts'
import type { Change, Owned, OwnedRecord } from '../records/owned.ts'
import { endProjectAction, insertProjectAction } from '../records/project-actions.ts'
import { settleReservation } from '../records/quota.ts'
import type { Db } from '../records/tables.ts'
import { reasonOf } from './reason.ts'
import { requireOpen } from './require-open.ts'

/** What the panel's steps work on. */
export interface PanelWorld {
  readonly cloud: Cloud
  /** Our own records, for steps that look at them or hold something in them. */
  readonly records: Records
}

const engine = actionsOn<PanelWorld, Db>()

export const { step, poll } = engine

/** An earlier version of an action, for journals that still have it: it tells its project nothing. */
export const earlierAction = engine.action

/** An action that its project is not told of: a repair, which changes nothing that its project sees. */
export const quietAction = engine.action

/** What an action is about, as its project knows it. */
export interface About {
  readonly projectId: string
  /** `server`. */
  readonly kind: string
  readonly uuid: string
  readonly name: string
  /** What the project's log says when it has succeeded. @default nothing */
  readonly log?: { readonly action: string; readonly message: string }
}

export interface PanelActionDefinition<Request, Input, Output>
  extends ActionDefinition<Request, Input, Output, PanelWorld, Db> {
  /** Asked in the admission, after `admit` has written its records. */
  about(request: Request, db: Db): About | Promise<About>
  /** The records of what it makes: rolled back, that is gone, and for a day its 404 says why. @default it makes nothing */
  readonly creates?: Pick<Owned<OwnedRecord>, 'kind' | 'findAny' | 'update' | 'markDeleted'>
}

/**
 * An action of the panel. What they have in common is done here: customers begin none while they may not, the project is told of each from its admission to its
 * end, its log gets one entry when it has succeeded, reserved quota is given back, and what could not be made is gone.
 */
export function action<Request, Input, Output>(
  name: string,
  { about, creates, ...definition }: PanelActionDefinition<Request, Input, Output>,
): Action<Request, Input, Output, PanelWorld, Db> {
  return engine.action(name, {
    ...definition,
    async admit(request: Request, db: Db, context: AdmissionContext) {
      const input = await definition.admit(request, db, context)
      const { projectId, kind, uuid, name: objectName, log } = await about(request, db)
      await requireOpen(db, projectId, context.nowMs)
      await insertProjectAction(db, {
        actionId: context.actionId,
        projectId,
        name,
        objectKind: kind,
        objectUuid: uuid,
        objectName,
        initiator: initiatorNow(),
        logAction: log?.action ?? null,
        logMessage: log?.message ?? null,
        startedAt: newCreatedAt(context.nowMs),
      })
      return input
    },
    async onEnd(end: ActionEnd<Output>, input: Input, db: Db) {
      await tellProject(end, creates, db)
      await settleReservation(db, end.actionId)
      await definition.onEnd(end, input, db)
    },
  })
}

/** What is under way on an object from the admission of an action on. */
export function changeOf(what: string, { actionId, nowMs }: AdmissionContext): Change {
  return { what, actionId, since: newCreatedAt(nowMs) }
}

async function tellProject(
  end: ActionEnd<unknown>,
  creates: PanelActionDefinition<never, never, never>['creates'],
  db: Db,
): Promise<void> {
  const endedAt = newCreatedAt(end.atMs)
  const reason = end.kind === 'succeeded' ? null : reasonOf(end.cause)
  const record = await endProjectAction(db, end.actionId, { state: end.kind, reason, endedAt })
  if (record === undefined) return
  const { projectId, objectKind, objectUuid, logAction, logMessage, initiator } = record
  if (end.kind === 'succeeded') {
    if (logAction === null || logMessage === null) return
    const object = `${objectKind}:${objectUuid}`
    await insertEvent(db, {
      projectId,
      object,
      action: logAction,
      message: logMessage,
      initiator,
      at: endedAt,
    })
    return
  }
  if (creates === undefined) return
  const made = await creates.findAny(db, objectUuid)
  // Deleted or called off by its owner: nobody needs to be told why.
  if (made?.deletedAt === null && !(end.cause instanceof ActionCancelledException)) {
    const detail = creationFailed(reasonOf(end.cause), end.actionId)
    await insertGone(db, { uuid: objectUuid, projectId, kind: objectKind, detail }, end.atMs)
  }
  await creates.update(db, objectUuid, { change: null })
  await creates.markDeleted(db, objectUuid, endedAt)
}

/** What a 404 says of something whose creation was rolled back. */
export function creationFailed(reason: string, incident: string): string {
  return `Not found. Creation failed: ${reason} Nothing of it is left in your project. (incident ${incident})`
}

/** `project:demo/token:ci` is `ci`; what no token has asked for is the panel's own. */
export function initiatorNow(): string {
  return /\/token:(.*)$/s.exec(activeTx()?.principal ?? '')?.[1] ?? 'panel'
}
