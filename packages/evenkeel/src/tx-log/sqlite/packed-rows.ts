import { isEmpty } from '../is-empty.ts'
import type { TxRow } from '../tx-log.ts'

/**
 * Rows on their way to the worker: all their texts in one, all their numbers in another. A thread's message costs
 * by the number of its values, and this one has two, however many rows it carries, which change hands uncopied.
 */
export interface PackedRows {
  readonly count: number
  /** In UTF-8. */
  readonly texts: Uint8Array<ArrayBuffer>
  /** For each row the lengths of its texts (-1 where there is none), then its numbers. */
  readonly numbers: Float64Array<ArrayBuffer>
}

/** A row as the worker writes it. */
export interface UnpackedRow {
  readonly id: string
  readonly parentId: string | null
  readonly kind: string
  readonly operation: string
  readonly exception: string | null
  readonly category: string | null
  readonly principal: string | null
  readonly resource: string | null
  /** Causes, calls and fields, as a `StoredRow` has them; null for a row that has none of them. */
  readonly details: string | null
  readonly startedAtMs: number
  readonly durationMs: number
  readonly status: number
}

const numbersPerRow = 12
const txIdChars = 26

/** Packs rows one by one. */
export class RowPacker {
  #count = 0
  // Each row's text is written at once: many small ones that wait to be joined are work for the garbage collector.
  #texts = Buffer.alloc(64 * 1024)
  #textBytes = 0
  #numbers = new Float64Array(64 * numbersPerRow)

  get count(): number {
    return this.#count
  }

  /** How long all texts are together. */
  get textBytes(): number {
    return this.#textBytes
  }

  /**
   * @param fields what is packed of the row's fields
   * @throws {TypeError} something in the row is neither text nor a finite number, or is nothing that JSON can carry
   */
  add(row: TxRow, fields: TxRow['fields'] = row.fields): void {
    const details = detailsLine(row, fields)
    const { id, parentId, kind, operation, exception, category, principal, resource } = row
    // What throws comes before what changes anything: a row is packed as a whole or not at all.
    const at = this.#count * numbersPerRow
    if (at === this.#numbers.length) this.#growNumbers()
    const numbers = this.#numbers
    if (lengthOf(id, 'id') !== txIdChars) throw new TypeError(`${id} is no id of a transaction`)
    numbers[at] = txIdChars
    numbers[at + 1] = lengthOrNone(parentId, 'parentId')
    numbers[at + 2] = lengthOf(kind, 'kind')
    numbers[at + 3] = lengthOf(operation, 'operation')
    numbers[at + 4] = lengthOrNone(exception, 'exception')
    numbers[at + 5] = lengthOrNone(category, 'category')
    numbers[at + 6] = lengthOrNone(principal, 'principal')
    numbers[at + 7] = lengthOrNone(resource, 'resource')
    numbers[at + 8] = lengthOrNone(details, 'details')
    numbers[at + 9] = finite(row.startedAtMs, 'startedAtMs')
    numbers[at + 10] = finite(row.durationMs, 'durationMs')
    numbers[at + 11] = finite(row.status, 'status')
    this.#count++
    let text: string = id
    if (parentId !== undefined) text += parentId
    text = text + kind + operation
    if (exception !== undefined) text += exception
    if (category !== undefined) text += category
    if (principal !== undefined) text += principal
    if (resource !== undefined) text += resource
    if (details !== undefined) text += details
    this.#write(text)
  }

  /** What was packed since the last time. */
  take(): PackedRows {
    const packed = {
      count: this.#count,
      texts: new Uint8Array(this.#texts.subarray(0, this.#textBytes)),
      numbers: this.#numbers.slice(0, this.#count * numbersPerRow),
    }
    this.#count = 0
    this.#textBytes = 0
    return packed
  }

  #write(text: string): void {
    // A character takes three bytes at most.
    const bytesMax = this.#textBytes + text.length * 3
    if (bytesMax > this.#texts.length) this.#texts = grown(this.#texts, Buffer.alloc(2 * bytesMax))
    this.#textBytes += this.#texts.write(text, this.#textBytes)
  }

  #growNumbers(): void {
    this.#numbers = grown(this.#numbers, new Float64Array(this.#numbers.length * 2))
  }
}

function grown<T extends Buffer | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** The rows that were packed, in order. */
export function unpackRows({ count, texts, numbers }: PackedRows): UnpackedRow[] {
  const text = Buffer.from(texts.buffer, texts.byteOffset, texts.length).toString()
  const rows: UnpackedRow[] = []
  let at = 0
  let from = 0
  const nextNumber = () => numbers[at++] as number
  const nextText = (length: number) => {
    from += length
    return text.slice(from - length, from)
  }
  const next = () => nextText(nextNumber())
  const nextOrNull = () => {
    const length = nextNumber()
    return length < 0 ? null : nextText(length)
  }
  while (rows.length < count) {
    // Evaluated in this order, which is that of `add`.
    rows.push({
      id: next(),
      parentId: nextOrNull(),
      kind: next(),
      operation: next(),
      exception: nextOrNull(),
      category: nextOrNull(),
      principal: nextOrNull(),
      resource: nextOrNull(),
      details: nextOrNull(),
      startedAtMs: nextNumber(),
      durationMs: nextNumber(),
      status: nextNumber(),
    })
  }
  return rows
}

function detailsLine({ causes, calls }: TxRow, fields: TxRow['fields']): string | undefined {
  const ofCauses = causes.length === 0 ? '' : JSON.stringify(causes)
  const ofCalls = calls.length === 0 ? '' : JSON.stringify(calls)
  const ofFields = isEmpty(fields) ? '' : JSON.stringify(fields)
  if (ofCauses === '' && ofCalls === '' && ofFields === '') return undefined
  return `${ofCauses}\t${ofCalls}\t${ofFields}`
}

function lengthOf(value: unknown, name: string): number {
  if (typeof value !== 'string') throw new TypeError(`${name} is ${typeof value}, not text`)
  return value.length
}

function lengthOrNone(value: unknown, name: string): number {
  return value === undefined ? -1 : lengthOf(value, name)
}

function finite(value: unknown, name: string): number {
  if (!Number.isFinite(value)) throw new TypeError(`${name} is ${value}, not a finite number`)
  return value as number
}
