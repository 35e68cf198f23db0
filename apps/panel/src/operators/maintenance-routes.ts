import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { text } from '../api/fields.ts'
import { timeParameter } from '../api/time-parameter.ts'
import { validate, wrongField } from '../api/validate.ts'
import { newCreatedAt } from '../records/created-at.ts'
import type { Records } from '../records/database.ts'
import {
  announceMaintenance,
  findMaintenance,
  type MaintenanceRecord,
  withdrawMaintenance,
} from '../records/maintenance.ts'
import { operatorNow } from './operator-now.ts'
import { onlyKnown } from './project-body.ts'

export interface MaintenanceRoutesOptions {
  readonly records: Records
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number
}

/** Longer than any maintenance: a year that was mistyped must not lock customers out. In milliseconds. */
const longestMs = 30 * 24 * 60 * 60 * 1000

const announcement = onlyKnown({
  from: z.string().nullish(),
  until: z.string(),
  message: text({ max: 1000 }).nullish(),
})

/** `/maintenance`: announce the time in which customers change nothing, look at what is announced, take it back. */
export function maintenanceRoutes(scope: FastifyInstance, { records, now }: MaintenanceRoutesOptions): void {
  const announced = async () => {
    const nowMs = now()
    const maintenance = await findMaintenance(records.read, nowMs)
    return { maintenance: maintenance === undefined ? null : presented(maintenance, nowMs) }
  }

  scope.get('/maintenance', announced)

  scope.put('/maintenance', async request => {
    const maintenance = parseAnnouncement(request.body, now())
    await records.transaction(trx => announceMaintenance(trx, maintenance))
    return announced()
  })

  scope.delete('/maintenance', async (_request, reply) => {
    await records.transaction(withdrawMaintenance)
    return reply.code(204).send()
  })
}

/** @throws {ValidationException} names the wrong field */
function parseAnnouncement(body: unknown, nowMs: number): MaintenanceRecord {
  const { message = null, ...times } = validate(announcement, body ?? {})
  const fromMs = timeOf(times, 'from') ?? nowMs
  const untilMs = timeOf(times, 'until')
  if (untilMs === undefined) throw wrongField('until', 'This field may not be empty.')
  if (untilMs <= nowMs) throw wrongField('until', 'Must be a time to come.')
  if (untilMs <= fromMs) throw wrongField('until', 'Must be later than from.')
  if (untilMs - fromMs > longestMs) throw wrongField('until', 'Must be within 30 days of from.')
  return { fromMs, untilMs, message, announcedBy: operatorNow(), announcedAt: newCreatedAt(nowMs) }
}

function timeOf(
  times: { readonly [name: string]: string | null | undefined },
  name: string,
): number | undefined {
  const time = timeParameter({ [name]: times[name] ?? undefined }, name)
  return time === undefined ? undefined : Date.parse(time)
}

function presented({ fromMs, untilMs, message, announcedBy, announcedAt }: MaintenanceRecord, nowMs: number) {
  return {
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    isUnderWay: fromMs <= nowMs,
    message,
    announcedBy,
    announcedAt,
  }
}
