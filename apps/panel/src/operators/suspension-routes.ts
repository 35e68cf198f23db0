import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Perform, Performed } from '../actions/perform.ts'
import { resumeProject } from '../actions/resume-project.ts'
import { suspendProject } from '../actions/suspend-project.ts'
import { text } from '../api/fields.ts'
import { actionHeader } from '../api/perform.ts'
import { validate } from '../api/validate.ts'
import type { Records } from '../records/database.ts'
import { requireProject } from '../records/projects.ts'
import { updateSuspension } from '../records/suspensions.ts'
import { operatorNow } from './operator-now.ts'
import { onlyKnown } from './project-body.ts'
import { presentedProject, projectIdOf } from './project-routes.ts'

export interface SuspensionRoutesOptions {
  readonly records: Records
  readonly perform: Perform
}

const suspension = onlyKnown({
  reason: text({ max: 1000 }),
  message: text({ max: 1000 }).nullish(),
})

const resumption = onlyKnown({})

/** `/projects/{id}/suspend` and `/resume`: whether a project's customers may change anything, and its servers run. */
export function suspensionRoutes(
  scope: FastifyInstance,
  { records, perform }: SuspensionRoutesOptions,
): void {
  const { read } = records

  scope.post('/projects/:project/suspend', async (request, reply) => {
    const projectId = projectIdOf(request)
    const { reason, message = null } = validate(suspension, request.body ?? {})
    const wanted = { projectId, reason, message, suspendedBy: operatorNow() }
    let performed: Performed | undefined
    let isSaid = false
    while (performed === undefined && !isSaid) {
      performed = await perform(suspendProject, wanted, { until: 'ended' })
      // Suspended already: who says so again may only want to say otherwise why. Resumed in this moment, it is asked again.
      isSaid =
        performed === undefined &&
        (await records.transaction(trx => updateSuspension(trx, projectId, { reason, message })))
    }
    return answered(reply, performed, projectId)
  })

  scope.post('/projects/:project/resume', async (request, reply) => {
    const projectId = projectIdOf(request)
    validate(resumption, request.body ?? {})
    return answered(reply, await perform(resumeProject, { projectId }, { until: 'ended' }), projectId)
  })

  async function answered(reply: FastifyReply, performed: Performed | undefined, projectId: string) {
    if (performed !== undefined) reply.header(actionHeader, performed.actionId)
    return presentedProject(await requireProject(read, projectId), read)
  }
}
