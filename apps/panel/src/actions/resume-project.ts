import { z } from 'zod'
import { requireProject } from '../records/projects.ts'
import { deleteSuspension, findSuspension, insertSuspension } from '../records/suspensions.ts'
import { action } from './define.ts'
import { alreadySo } from './nothing-to-do.ts'

export interface ResumeProjectRequest {
  readonly projectId: string
}

const Suspension = z.object({
  projectId: z.string(),
  reason: z.string(),
  message: z.string().nullable(),
  suspendedBy: z.string(),
  since: z.string(),
  actionId: z.string(),
})

/**
 * Ends the suspension of a project: from its admission on its customers may change everything again. Those of its servers that
 * ran before are started one by one, each by an action of its own (`keep-suspensions.ts`).
 */
export const resumeProject = action('project.resume', {
  version: 1,
  /** What there is to go back to. */
  input: Suspension,
  output: z.null(),
  steps: [],
  isCancellable: false,

  async about({ projectId }: ResumeProjectRequest, db) {
    const { name } = await requireProject(db, projectId)
    const log = { action: 'project_resume', message: `Project '${name}' has been resumed` }
    return { projectId, kind: 'project', uuid: projectId, name, log }
  },

  locks: async ({ projectId }) => [`project:${projectId}`],

  async admit({ projectId }, db) {
    const { name } = await requireProject(db, projectId)
    const suspension = await findSuspension(db, projectId)
    if (suspension === undefined) throw alreadySo(`Project '${name}'`, 'open to its customers')
    await deleteSuspension(db, projectId)
    return suspension
  },

  run: async () => null,

  async onEnd(end, suspension, db) {
    if (end.kind === 'rolled-back') await insertSuspension(db, suspension)
  },
})
