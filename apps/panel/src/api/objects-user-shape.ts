import { z } from 'zod'
import { href, shape, tags, time } from './openapi/shape.ts'

const id = z.string().regex(/^[0-9a-f]{64}$/)

export const ObjectsUser = shape(
  'ObjectsUser',
  z.object({
    href,
    id,
    display_name: z.string(),
    keys: z
      .array(z.object({ access_key: z.string(), secret_key: z.string() }))
      .describe('One pair, which never changes.'),
    tags,
  }),
)

const usage = z.object({
  requests: z.int(),
  object_count: z.int().describe('On average over the day, as are the bytes stored.'),
  storage_bytes: z.int(),
  received_bytes: z.int(),
  sent_bytes: z.int(),
})

export const BucketMetrics = shape(
  'BucketMetrics',
  z.object({
    start: time,
    end: time.describe('The end of the last day.'),
    data: z.array(
      z.object({
        subject: z.object({ name: z.string(), objects_user_id: id }),
        time_series: z.array(z.object({ start: time, end: time, usage })).describe('One entry for each day.'),
      }),
    ),
  }),
)
