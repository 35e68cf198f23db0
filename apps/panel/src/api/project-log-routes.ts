import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type EventRecord, firstEventIdSince, listEvents, newestEventId } from '../records/events.ts'
import type { Db } from '../records/tables.ts'
import { ProjectLog } from './activity-shape.ts'
import { callerOf } from './authenticate.ts'
import type { ApiContext } from './context.ts'
import { cursorOf, placeAt } from './cursor.ts'
import { hrefsFor } from './href.ts'
import { one, operation } from './openapi/operation.ts'
import { timeParameter } from './time-parameter.ts'

/** How many entries an answer has at most: whoever wants the rest follows `poll_more`. */
export const entriesMax = 10_000

/** How far somebody has read in the project's log. */
interface Reading {
  /** The id of the last event that needs not be looked at again. */
  readonly after: number
  readonly from: string | undefined
  readonly to: string | undefined
}

/** `/project-logs`: what has happened in the project, oldest first, and a way to be told what comes. */
export function projectLogRoutes(
  app: FastifyInstance,
  { settings, records: { read } }: Pick<ApiContext, 'settings' | 'records'>,
): void {
  const documented = operation({
    does: 'Read the log of the project',
    remarks: `Oldest first, ${entriesMax} entries at once: \`poll_more\` goes on from there, and tells later what has been added.`,
    query: logQuery,
    answer: one(ProjectLog),
  })
  app.get('/project-logs', documented, async request => {
    const { projectId } = callerOf(request)
    const reading = await readingOf(request.query, read, projectId)
    const { entries, next } = await readOn(read, projectId, reading)
    const cursor = cursorOf([next.after, next.from ?? null, next.to ?? null])
    return {
      results: entries.map(entry),
      poll_more: hrefsFor(request, settings)(`project-logs?cursor=${cursor}`),
    }
  })
}

const logQuery = z.object({
  start: z.string().optional().describe('The first moment: date and time in ISO 8601.'),
  end: z.string().optional().describe('The last moment.'),
  cursor: z.string().optional().describe('As in `poll_more`, which has it.'),
})

const Place = z.tuple([z.int().min(0), z.string().nullable(), z.string().nullable()])

async function readingOf(query: unknown, db: Db, projectId: string): Promise<Reading> {
  const { cursor } = query as { readonly cursor?: unknown }
  if (cursor !== undefined) {
    const [after, from, to] = placeAt(Place, cursor, 'cursor')
    return { after, from: from ?? undefined, to: to ?? undefined }
  }
  const from = timeParameter(query, 'start')
  const to = timeParameter(query, 'end')
  if (from === undefined) return { after: 0, from, to }
  // A long log isn't read from its beginning for its last minutes. The newest is asked for first: what comes now is after it.
  const newest = await newestEventId(db, projectId)
  const first = await firstEventIdSince(db, projectId, from)
  return { after: first === undefined ? newest : first - 1, from, to }
}

/** No entry is ever passed over: ids become visible in their order (`records/events.ts`). */
async function readOn(
  db: Db,
  projectId: string,
  { after, from, to }: Reading,
): Promise<{ readonly entries: readonly EventRecord[]; readonly next: Reading }> {
  // Asked first: what is written from now on has a greater id, whether it is seen below or not.
  const newest = await newestEventId(db, projectId)
  // A restored backup may have forgotten some: who had read them goes on with what comes instead.
  const known = Math.min(after, newest)
  const entries = await listEvents(db, projectId, { after: known, from, to, limit: entriesMax })
  const last = entries.at(-1)?.id ?? known
  return { entries, next: { after: entries.length === entriesMax ? last : Math.max(last, newest), from, to } }
}

function entry({ at, action, message, initiator }: EventRecord) {
  return { timestamp: at, action, message, initiator }
}
