import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { BucketUsageUnavailableException } from '../actions/bucket-usage.ts'
import type { BucketUsage, Usage } from '../cloud/object-storage.ts'
import { objectsUserRecords } from '../records/objects-users.ts'
import { callerOf } from './authenticate.ts'
import { type BucketMetricsQuery, bucketMetricsQuery } from './bucket-metrics-query.ts'
import type { ApiContext } from './context.ts'
import { BucketMetrics } from './objects-user-shape.ts'
import { one, operation } from './openapi/operation.ts'
import type { ZurichDay } from './zurich-days.ts'

/** `/metrics/buckets`: what the buckets of the project's objects users were used for, day by day. */
export function bucketMetricsRoutes(
  app: FastifyInstance,
  { records: { read }, bucketUsage }: Pick<ApiContext, 'records' | 'bucketUsage'>,
): void {
  const documented = operation({
    does: 'Read what buckets were used for',
    remarks:
      'Day by day, as days are in Europe/Zurich. Of days to come, and before a bucket was made, there is nothing.',
    query: documentedQuery,
    answer: one(BucketMetrics),
    throws: [BucketUsageUnavailableException],
  })

  app.get('/metrics/buckets', documented, async request => {
    const { projectId } = callerOf(request)
    const query = bucketMetricsQuery(request.query)
    const users = await objectsUserRecords.list(read, projectId)
    const asked = users.filter(({ uuid }) => query.userIds?.has(uuid) ?? true)
    const ids = new Map(asked.map(({ uuid, cloudUserId }) => [cloudUserId ?? '', uuid]))
    const buckets = ids.size === 0 ? [] : await bucketUsage([...ids.keys()], query.days)
    return presented(
      query,
      buckets.map(bucket => ({ ...bucket, userId: ids.get(bucket.userId) ?? '' })),
    )
  })
}

const date = z.string().meta({ format: 'date' })
const documentedQuery = z.object({
  start: date.describe('The first day.'),
  end: date.describe('The last day, which is included.'),
  bucket_name: z.string().optional().describe('Buckets of this name; may be repeated.'),
  objects_user_id: z.string().optional().describe('Buckets of this user; may be repeated.'),
})

function presented({ days, bucketNames }: BucketMetricsQuery, buckets: readonly BucketUsage[]) {
  return {
    start: timeOf(days[0]?.fromMs ?? 0),
    end: timeOf(days.at(-1)?.toMs ?? 0),
    data: buckets
      .filter(({ name }) => bucketNames?.has(name) ?? true)
      .map(({ name, userId, usage }) => ({
        subject: { name, objects_user_id: userId },
        time_series: usage.map((ofDay, at) => entry(days[at] as ZurichDay, ofDay)),
      })),
  }
}

function entry({ fromMs, toMs }: ZurichDay, usage: Usage) {
  return {
    start: timeOf(fromMs),
    end: timeOf(toMs),
    usage: {
      requests: usage.requests,
      object_count: usage.objectCount,
      storage_bytes: usage.storageBytes,
      received_bytes: usage.receivedBytes,
      sent_bytes: usage.sentBytes,
    },
  }
}

/** Days begin on the second. */
function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}
