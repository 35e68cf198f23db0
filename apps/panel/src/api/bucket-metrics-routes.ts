import type { FastifyInstance } from 'fastify'
import type { BucketUsage, Usage } from '../cloud/object-storage.ts'
import { objectsUserRecords } from '../records/objects-users.ts'
import { callerOf } from './authenticate.ts'
import { type BucketMetricsQuery, bucketMetricsQuery } from './bucket-metrics-query.ts'
import type { ApiContext } from './context.ts'
import type { ZurichDay } from './zurich-days.ts'

/** `/metrics/buckets`: what the buckets of the project's objects users were used for, day by day. */
export function bucketMetricsRoutes(
  app: FastifyInstance,
  { records: { read }, bucketUsage }: Pick<ApiContext, 'records' | 'bucketUsage'>,
): void {
  app.get('/metrics/buckets', async request => {
    const { projectId } = callerOf(request)
    const query = bucketMetricsQuery(request.query)
    const users = (await objectsUserRecords.list(read, projectId)).map(({ uuid }) => uuid)
    const asked = query.userIds === undefined ? users : users.filter(id => query.userIds?.has(id))
    const buckets = asked.length === 0 ? [] : await bucketUsage(asked, query.days)
    return presented(query, buckets)
  })
}

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
