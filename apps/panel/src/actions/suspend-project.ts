import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { requireProject } from '../records/projects.ts'
import { deleteSuspension, findSuspension, insertSuspension } from '../records/suspensions.ts'
import { action } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'

export interface SuspendProjectRequest {
  readonly projectId: string
  /** For operators. */
  readonly reason: string
  /** For customers, who are told nothing else. */
  readonly message: string | null
  /** The operator. */
  readonly suspendedBy: string
}

/**
 * Suspends a project: from its admission on customers change nothing in it. Its servers are shut down one by one, each by an
 * action of its own (`keep-suspensions.ts`), so that none that can't be keeps the others running, or takes the suspension back.
 */
export const suspendProject = action('project.suspend', {
  version: 1,
  input: z.object({ projectId: z.string() }),
  output: z.null(),
  steps: [],
  isCancellable: false,

  async about({ projectId, message }: SuspendProjectRequest, db) {
    const { name } = await requireProject(db, projectId)
    const why = message === null ? '' : `: ${message}`
    const log = { action: 'project_suspend', message: `Project '${name}' has been suspended${why}` }
    return { projectId, kind: 'project', uuid: projectId, name, log }
  },

  locks: async ({ projectId }) => [`project:${projectId}`],

  async admit({ projectId, reason, message, suspendedBy }, db, { actionId, nowMs }) {
    const { name } = await requireProject(db, projectId)
    const isSuspended = (await findSuspension(db, projectId)) !== undefined
    refuseIfAlready(isSuspended, `Project '${name}'`, 'suspended')
    const since = newCreatedAt(nowMs)
    await insertSuspension(db, { projectId, reason, message, suspendedBy, since, actionId })
    return { projectId }
  },

  run: async () => null,

  async onEnd(end, { projectId }, db) {
    if (end.kind === 'rolled-back') await deleteSuspension(db, projectId)
  },
})
