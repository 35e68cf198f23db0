import { addLatencies, type Latency } from '../latency.ts'

/** How often something occurred, and how long that took in all, in whole microseconds. */
export interface PackedCount {
  count: number
  durationUs: number
}

/** Counts by the number under which the dictionary has their names. */
export type Counts = Map<number, PackedCount>
export type Latencies = Map<number, Latency>

// Numbers are written in groups of seven bits, lowest first, ids and buckets as the distance from the one before:
// most of them take a single byte.

/** Ids ascending, each with its count and duration. */
export function packCounts(counts: Counts): Uint8Array {
  const packed: number[] = []
  let lastId = 0
  for (const [id, { count, durationUs }] of ascending(counts)) {
    push(packed, id - lastId)
    push(packed, count)
    push(packed, durationUs)
    lastId = id
  }
  return Uint8Array.from(packed)
}

/** Adds what was packed. */
export function addPackedCounts(packed: Uint8Array, sums: Counts): void {
  const reader = new Reader(packed)
  let id = 0
  while (!reader.isAtEnd) {
    id += reader.next()
    const count = reader.next()
    addCount(sums, id, count, reader.next())
  }
}

/** Ids ascending, each with the number of its buckets, and each bucket with its count. */
export function packLatencies(latencies: Latencies): Uint8Array {
  const packed: number[] = []
  let lastId = 0
  for (const [id, latency] of ascending(latencies)) {
    push(packed, id - lastId)
    push(packed, latency.length / 2)
    let lastBucket = 0
    for (let at = 0; at < latency.length; at += 2) {
      push(packed, (latency[at] as number) - lastBucket)
      push(packed, latency[at + 1] as number)
      lastBucket = latency[at] as number
    }
    lastId = id
  }
  return Uint8Array.from(packed)
}

/** Adds what was packed. */
export function addPackedLatencies(packed: Uint8Array, sums: Latencies): void {
  const reader = new Reader(packed)
  let id = 0
  while (!reader.isAtEnd) {
    id += reader.next()
    const latency: number[] = []
    let bucket = 0
    for (let left = reader.next(); left > 0; left--) {
      bucket += reader.next()
      latency.push(bucket, reader.next())
    }
    addLatency(sums, id, latency)
  }
}

/** What was counted before under the same number is kept: several combinations may be the one of `other`. */
export function addCount(sums: Counts, id: number, count: number, durationUs: number): void {
  const sum = sums.get(id)
  if (sum === undefined) {
    sums.set(id, { count, durationUs })
  } else {
    sum.count += count
    sum.durationUs += durationUs
  }
}

/** As for counts. */
export function addLatency(sums: Latencies, id: number, latency: Latency): void {
  const sum = sums.get(id)
  sums.set(id, sum === undefined ? latency : addLatencies([sum, latency]))
}

/** Sums of counts alone, by number: for questions about months, which add millions of them up. */
export class CountTotals {
  #totals = new Float64Array(1024)

  add(packed: Uint8Array): void {
    const reader = new Reader(packed)
    let id = 0
    while (!reader.isAtEnd) {
      id += reader.next()
      if (id >= this.#totals.length) this.#grow(id)
      this.#totals[id] = (this.#totals[id] as number) + reader.next()
      reader.skip()
    }
  }

  *[Symbol.iterator](): Generator<readonly [id: number, count: number]> {
    for (let id = 0; id < this.#totals.length; id++) {
      const count = this.#totals[id] as number
      if (count > 0) yield [id, count]
    }
  }

  #grow(id: number): void {
    const larger = new Float64Array(2 * id)
    larger.set(this.#totals)
    this.#totals = larger
  }
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  skip(): void {
    while ((this.#bytes[this.#at++] ?? 0) >= 128);
  }

  next(): number {
    const first = this.#bytes[this.#at]
    if (first !== undefined && first < 128) {
      this.#at++
      return first
    }
    let number = 0
    // Multiplied, since bits can be shifted in 32 of them only.
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new RangeError('Packed counts end in the middle of a number.')
      if (byte < 128) return number + byte * unit
      number += (byte - 128) * unit
    }
  }
}

function push(packed: number[], number: number): void {
  let rest = number
  while (rest >= 128) {
    packed.push((rest % 128) + 128)
    rest = Math.floor(rest / 128)
  }
  packed.push(rest)
}

function ascending<Value>(byId: Map<number, Value>): [number, Value][] {
  return [...byId].sort(([left], [right]) => left - right)
}
