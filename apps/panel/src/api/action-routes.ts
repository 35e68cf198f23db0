import { ConflictException, currentTx, NotFoundException, parseTxId, type TxId } from 'evenkeel'
import type { ActionView } from 'evenkeel/actions'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  findProjectAction,
  listProjectActions,
  type ProjectActionQuery,
  type ProjectActionRecord,
} from '../records/project-actions.ts'
import { Action, ActionWithSteps } from './activity-shape.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { hrefsFor } from './href.ts'
import { listOf, one, operation } from './openapi/operation.ts'
import { actionHeader } from './perform.ts'
import {
  presentAction,
  presentActionWhole,
  type ShownState,
  shownState,
  shownStates,
} from './present-action.ts'
import { notAValidChoice, validate } from './validate.ts'

/** The project has no such action. */
export class ProjectActionNotFoundException extends NotFoundException<{ action: string }> {
  constructor(action: string) {
    super('Not found.', { data: { action } })
  }
}

/** An action can't be called off, or can't any more. */
export class NotCancellableException extends ConflictException<{ action: string; state: ShownState }> {
  constructor(action: string, state: ShownState) {
    super(`This action can't be cancelled: ${whyNot[state]}`, { data: { action, state } })
  }
}

const whyNot: Record<ShownState, string> = {
  waiting: 'what it deletes is gone for you already. It comes to its end by itself.',
  running: 'from where it is there is no way back. It comes to its end by itself.',
  'rolling-back': 'it is being undone already.',
  succeeded: 'it has succeeded already.',
  'rolled-back': 'it was undone already.',
}

/** `/actions`: what was asked for in the project and takes many steps, from its admission to its end. */
export function actionRoutes(
  app: FastifyInstance,
  { settings, records: { read }, actions }: Pick<ApiContext, 'settings' | 'records' | 'actions'>,
): void {
  const documented = {
    list: operation({ does: 'List actions', query: ActionsQuery, answer: listOf(Action), isOurs: true }),
    get: operation({
      does: 'Get an action',
      answer: one(ActionWithSteps),
      throws: [ProjectActionNotFoundException],
      isOurs: true,
    }),
    cancel: operation({
      does: 'Cancel an action',
      remarks: 'What was done so far is undone. From a certain point on there is no way back.',
      throws: [ProjectActionNotFoundException, NotCancellableException],
      isOurs: true,
    }),
  }

  app.get('/actions', documented.list, async request => {
    const { state, ...query } = validate(ActionsQuery, request.query)
    const found = await listInState(callerOf(request).projectId, state, query)
    const options = { db: read, href: hrefsFor(request, settings) }
    return Promise.all(found.map(({ record, view }) => presentAction(record, view, options)))
  })

  app.get('/actions/:id', documented.get, async request => {
    const record = await found(request)
    const view = await actions.view(record.actionId as TxId)
    return presentActionWhole(record, view, { db: read, href: hrefsFor(request, settings) })
  })

  app.post('/actions/:id/cancel', documented.cancel, async (request, reply) => {
    const { actionId } = await found(request)
    const reason = `the token '${callerOf(request).tokenName}' asked for it`
    if (!(await actions.cancel(actionId as TxId, reason))) {
      const record = await found(request) // it may have ended meanwhile
      throw new NotCancellableException(actionId, shownState(record, await actions.view(actionId as TxId)))
    }
    return reply.header(actionHeader, actionId).code(204).send()
  })

  async function found(request: FastifyRequest): Promise<ProjectActionRecord> {
    const { id } = request.params as { id: string }
    const actionId = id.toUpperCase()
    currentTx().resource = `action:${actionId}`
    const record = await findProjectAction(read, callerOf(request).projectId, actionId)
    if (record === undefined) throw new ProjectActionNotFoundException(actionId)
    return record
  }

  /** Which of those that are under way wait, and which are on their way back, only the engine knows. */
  async function listInState(
    projectId: string,
    state: ShownState | undefined,
    query: ProjectActionQuery,
  ): Promise<readonly ListedAction[]> {
    const recorded =
      state === undefined || state === 'succeeded' || state === 'rolled-back' ? state : 'running'
    const listed: ListedAction[] = []
    for (let { before } = query; ; ) {
      const records = await listProjectActions(read, projectId, { ...query, state: recorded, before })
      for (const record of records) {
        const view = record.state === 'running' ? await actions.view(record.actionId as TxId) : undefined
        if (state === undefined || shownState(record, view) === state) listed.push({ record, view })
        if (listed.length === query.limit) return listed
      }
      if (records.length < query.limit) return listed
      before = records.at(-1)?.actionId
    }
  }
}

interface ListedAction {
  readonly record: ProjectActionRecord
  readonly view: ActionView | undefined
}

const limitRule = 'Must be a whole number from 1 to 200.'

/** What `GET /actions` may be asked for. Other parameters are ignored. */
const ActionsQuery = z.object({
  state: z.enum(shownStates, { error: ({ input }) => notAValidChoice(input, shownStates) }).optional(),
  kind: z.string().optional(),
  uuid: z
    .uuid({ error: 'Must be a valid UUID.' })
    .transform(uuid => uuid.toLowerCase())
    .optional(),
  before: z
    .string()
    .transform(text => parseTxId(text.toUpperCase()))
    .refine(id => id !== undefined, 'Must be the id of an action.')
    .optional(),
  limit: z
    .string({ error: limitRule })
    .regex(/^\d{1,3}$/, limitRule)
    .transform(Number)
    .refine(limit => limit >= 1 && limit <= 200, limitRule)
    .default(50),
})
