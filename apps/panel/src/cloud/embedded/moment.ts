import type { Capacity } from './capacity.ts'
import type { CloudDatabase } from './database.ts'
import type { ImageSupply } from './image-imports.ts'
import { type Latency, slowness } from './latency.ts'
import type { CloudOperation } from './operations.ts'

/** What the embedded cloud consists of. */
export interface World {
  readonly db: CloudDatabase
  readonly capacity: Capacity
  readonly latency: Latency
  readonly images: ImageSupply
}

/** One operation taking place in the world, within a database transaction. */
export interface Moment {
  readonly db: CloudDatabase
  readonly capacity: Capacity
  readonly images: ImageSupply
  readonly operation: CloudOperation
  /** In milliseconds since 1970. A late effect takes place when it was due, however late the world is looked at. */
  readonly nowMs: number
  /** What anything that begins now ends in: undefined for well, else the fault. */
  readonly fault: string | undefined
  /** When something that begins now and usually takes `usualMs` settles, in milliseconds since 1970. */
  settlesAt(usualMs: number): number
}

export interface MomentOptions {
  operation: CloudOperation
  nowMs: number
  /** @default none */
  fault?: string | undefined
  /** @default false */
  isSlow?: boolean
}

export function momentIn(
  { db, capacity, latency, images }: World,
  { operation, nowMs, fault, isSlow = false }: MomentOptions,
): Moment {
  return {
    db,
    capacity,
    images,
    operation,
    nowMs,
    fault,
    settlesAt: usualMs => nowMs + Math.ceil(latency.ofSettling(usualMs) * (isSlow ? slowness : 1)),
  }
}
