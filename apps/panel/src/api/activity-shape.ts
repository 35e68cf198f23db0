import { z } from 'zod'
import { href, shape, time, uuid } from './openapi/shape.ts'
import { shownStates } from './present-action.ts'

const whole = {
  href,
  id: z.string(),
  name: z.string().describe('The kind of action: `server.create`.'),
  title: z.string(),
  state: z.enum(shownStates),
  object: z.object({ kind: z.string(), uuid, name: z.string() }),
  initiator: z.string(),
  started_at: time,
  ended_at: time.nullable(),
  reason: z.string().nullable().describe('Why it was rolled back.'),
  incident: z.string().nullable().describe('What to tell who operates this panel.'),
  progress: z
    .object({
      done: z.int(),
      of: z.int().nullable(),
      step: z.string().nullable(),
      attempt: z.int().nullable(),
      attempts_max: z.int().nullable(),
    })
    .nullable(),
  waits_for: z
    .object({ action: z.string().nullable(), message: z.string(), since: time, until: time.nullable() })
    .nullable(),
  you_can: z.object({ do: z.enum(['cancel', 'wait', 'nothing']), message: z.string() }),
}

/** As lists show it. */
export const Action = shape('Action', z.object(whole))

export const ActionWithSteps = shape(
  'ActionWithSteps',
  z.object({
    ...whole,
    steps: z.array(
      z.object({
        path: z.string(),
        name: z.string(),
        state: z.enum(['running', 'done', 'failed', 'undoing', 'undone']),
        message: z.string(),
        attempts: z.int(),
        attempts_max: z.int().nullable(),
        started_at: time,
        ended_at: time.nullable(),
      }),
    ),
  }),
)

export const ProjectLog = shape(
  'ProjectLog',
  z.object({
    results: z.array(
      z.object({ timestamp: time, action: z.string(), message: z.string(), initiator: z.string() }),
    ),
    poll_more: z.string().describe('The URL that tells what has been added since.'),
  }),
)
