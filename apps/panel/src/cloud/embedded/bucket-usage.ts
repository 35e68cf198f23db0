import { createHash } from 'node:crypto'
import type { Period, Usage } from '../object-storage.ts'
import type { MadeBucket } from './buckets.ts'

const dayMs = 86_400_000
const megabyte = 1_000_000

/**
 * What might have been done with a bucket: it fills steadily from the moment when it was made, at a pace of its own, and
 * more is done on some days than on others. Of the same bucket and period it is always the same, once that is over.
 *
 * @param nowMs in milliseconds since 1970; from then on nothing has been done yet
 */
export function plausibleUsage(bucket: MadeBucket, { fromMs, toMs }: Period, nowMs: number): Usage {
  const { name, userId, madeAtMs } = bucket
  const startMs = Math.max(fromMs, madeAtMs)
  const endMs = Math.min(toMs, nowMs)
  if (endMs <= startMs) return nothing
  const { writtenBytes, readBytes, requests, bytesPerObject } = habitsOf(bucket)
  const days = (endMs - startMs) / dayMs
  const intensity = days * (0.5 + chance(`${userId}/${name}/${fromMs}`))
  const storageBytes = Math.round((writtenBytes * ((startMs + endMs) / 2 - madeAtMs)) / dayMs)
  return {
    requests: Math.round(requests * intensity),
    objectCount: Math.ceil(storageBytes / bytesPerObject),
    storageBytes,
    receivedBytes: Math.round(writtenBytes * intensity),
    sentBytes: Math.round(readBytes * intensity),
  }
}

const nothing: Usage = { requests: 0, objectCount: 0, storageBytes: 0, receivedBytes: 0, sentBytes: 0 }

/** What is done with a bucket on a usual day. */
function habitsOf({ name, userId }: MadeBucket) {
  const between = (what: string, min: number, max: number) =>
    min + (max - min) * chance(`${userId}/${name}/${what}`)
  const writtenBytes = between('written', 10, 2000) * megabyte
  return {
    writtenBytes,
    readBytes: writtenBytes * between('read', 0.1, 5),
    requests: between('requests', 100, 20_000),
    bytesPerObject: between('object size', 0.01, 20) * megabyte,
  }
}

/** From 0 to 1 (exclusive), always the same for a text. */
function chance(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32
}
