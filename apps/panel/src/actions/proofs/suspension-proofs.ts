import { startServerAction } from '../change-power.ts'
import { deleteServer } from '../delete-server.ts'
import { resumeProject } from '../resume-project.ts'
import { suspendProject } from '../suspend-project.ts'
import { resumeServer, suspendServer } from '../suspend-server.ts'
import { type ProofsOf, targetOf } from './proof-stage.ts'

/** A project is suspended and resumed, and so is a server of it, while the other is asked for. */
export const suspensionProofs: ProofsOf = async stage => {
  const { bench, done, created, image, proof, another, nextOf } = stage
  const { projectId } = bench
  const suspension = {
    action: suspendProject,
    input: { projectId, reason: 'abuse', message: null, suspendedBy: 'ada' },
  }
  const resumption = { action: resumeProject, input: { projectId } }
  const target = targetOf(await created({ volumes: [] }))
  const removal = { action: deleteServer, input: target }
  const open = image()
  await done(suspension.action, suspension.input)
  const suspended = image()
  await done(suspendServer, target)
  const shut = image()
  await done(resumption.action, resumption.input)
  const resumed = image()
  return [
    proof(suspendProject, suspension.input, open, { rival: () => resumption, again: () => another }),
    proof(resumeProject, resumption.input, shut, { rival: () => suspension, again: () => another }),
    proof(suspendServer, target, suspended, { rival: () => removal, again: nextOf(target) }),
    proof(resumeServer, target, resumed, {
      rival: () => ({ action: startServerAction, input: target }),
      again: nextOf(target),
    }),
  ]
}
