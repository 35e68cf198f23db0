import { type TxId, txIdTimeMs } from '../../filters/tx-id.ts'
import { isEmpty } from '../is-empty.ts'
import type { TxRow } from '../tx-log.ts'

/**
 * Rows on their way to the worker. A thread's message costs by the number of its values, and this one has few, however
 * many rows it carries; its bytes change hands uncopied.
 */
export interface PackedRows {
  readonly count: number
  /** What many rows share, each once: kinds, operations, exceptions, categories. A row holds their places in this list. */
  readonly words: readonly string[]
  /** All other short texts, in UTF-8. */
  readonly texts: Uint8Array<ArrayBuffer>
  /** A line for each row that has details, as they stand in a block: they are written without being read. */
  readonly details: Uint8Array<ArrayBuffer>
  /** For each row the places of its words and the lengths of its texts (-1 where there is none), then its numbers. */
  readonly numbers: Float64Array<ArrayBuffer>
}

/** A row as the worker writes it. */
export interface UnpackedRow {
  readonly id: string
  /** The time in the id, in milliseconds since 1970. */
  readonly idMs: number
  readonly parentId: string | null
  readonly kind: string
  readonly operation: string
  readonly exception: string | null
  readonly category: string | null
  readonly principal: string | null
  readonly resource: string | null
  /** Where its line of details stands; null for a row that has none. */
  readonly details: LinePlace | null
  readonly startedAtMs: number
  readonly durationMs: number
  readonly status: number
}

/** A line among others, its end included, by the bytes where it begins and where the next one does. */
export interface LinePlace {
  readonly from: number
  readonly to: number
}

const numbersPerRow = 11
const txIdChars = 26
const timePartChars = 10

/** Packs rows one by one. */
export class RowPacker {
  #count = 0
  // Each row's text is written at once: many small ones that wait to be joined are work for the garbage collector.
  readonly #texts = new GrowingText()
  readonly #details = new GrowingText()
  #words = new Map<string, number>()
  #wordChars = 0
  #numbers = new Float64Array(64 * numbersPerRow)

  get count(): number {
    return this.#count
  }

  /** How long all texts are together. */
  get textBytes(): number {
    return this.#texts.bytes + this.#details.bytes + this.#wordChars
  }

  /**
   * @param fields what is packed of the row's fields
   * @throws {TypeError} something in the row is neither text nor a finite number, or is nothing that JSON can carry
   */
  add(row: TxRow, fields: TxRow['fields'] = row.fields): void {
    const details = detailsLine(row, fields)
    const { id, parentId, principal, resource } = row
    // What throws comes before what changes anything: a row is packed as a whole or not at all.
    const at = this.#count * numbersPerRow
    if (at === this.#numbers.length) this.#growNumbers()
    const numbers = this.#numbers
    if (lengthOf(id, 'id') !== txIdChars) throw new TypeError(`${id} is no id of a transaction`)
    numbers[at] = lengthOrNone(parentId, 'parentId')
    numbers[at + 1] = this.#wordOf(row.kind, 'kind')
    numbers[at + 2] = this.#wordOf(row.operation, 'operation')
    numbers[at + 3] = this.#wordOrNone(row.exception, 'exception')
    numbers[at + 4] = this.#wordOrNone(row.category, 'category')
    numbers[at + 5] = lengthOrNone(principal, 'principal')
    numbers[at + 6] = lengthOrNone(resource, 'resource')
    numbers[at + 8] = finite(row.startedAtMs, 'startedAtMs')
    numbers[at + 9] = finite(row.durationMs, 'durationMs')
    numbers[at + 10] = finite(row.status, 'status')
    this.#count++
    let text: string = id
    if (parentId !== undefined) text += parentId
    if (principal !== undefined) text += principal
    if (resource !== undefined) text += resource
    this.#texts.write(text)
    numbers[at + 7] = details === undefined ? -1 : this.#details.write(details)
  }

  /** What was packed since the last time. */
  take(): PackedRows {
    const packed = {
      count: this.#count,
      words: [...this.#words.keys()],
      texts: this.#texts.take(),
      details: this.#details.take(),
      numbers: this.#numbers.slice(0, this.#count * numbersPerRow),
    }
    this.#count = 0
    this.#words = new Map()
    this.#wordChars = 0
    return packed
  }

  #wordOrNone(value: unknown, name: string): number {
    return value === undefined ? -1 : this.#wordOf(value, name)
  }

  #wordOf(value: unknown, name: string): number {
    if (typeof value !== 'string') throw new TypeError(`${name} is ${typeof value}, not text`)
    const known = this.#words.get(value)
    if (known !== undefined) return known
    this.#words.set(value, this.#words.size)
    this.#wordChars += value.length
    return this.#words.size - 1
  }

  #growNumbers(): void {
    this.#numbers = grown(this.#numbers, new Float64Array(this.#numbers.length * 2))
  }
}

/** Text in UTF-8 that grows at its end. */
class GrowingText {
  #buffer = Buffer.alloc(64 * 1024)
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  /** Returns how many bytes it takes. */
  write(text: string): number {
    // A character takes three bytes at most.
    const bytesMax = this.#bytes + text.length * 3
    if (bytesMax > this.#buffer.length) this.#buffer = grown(this.#buffer, Buffer.alloc(2 * bytesMax))
    const written = this.#buffer.write(text, this.#bytes)
    this.#bytes += written
    return written
  }

  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#buffer.subarray(0, this.#bytes))
    this.#bytes = 0
    return taken
  }
}

function grown<T extends Buffer | Float64Array>(from: T, to: T): T {
  to.set(from)
  return to
}

/** The rows that were packed, in order. */
export function unpackRows({ count, words, texts, numbers }: PackedRows): UnpackedRow[] {
  const text = Buffer.from(texts.buffer, texts.byteOffset, texts.length).toString()
  const rows: UnpackedRow[] = []
  let at = 0
  let from = 0
  let lineFrom = 0
  let [timePart, idMs] = ['', 0]
  const nextNumber = () => numbers[at++] as number
  const nextText = (length: number) => {
    from += length
    return text.slice(from - length, from)
  }
  const nextId = () => {
    const id = nextText(txIdChars)
    // Rows that come together began together: mostly it is the time of the row before.
    if (!id.startsWith(timePart) || timePart === '') {
      timePart = id.slice(0, timePartChars)
      idMs = txIdTimeMs(id as TxId)
    }
    return id
  }
  const nextTextOrNull = () => {
    const length = nextNumber()
    return length < 0 ? null : nextText(length)
  }
  const nextWord = () => words[nextNumber()] as string
  const nextWordOrNull = () => words[nextNumber()] ?? null
  const nextLine = () => {
    const length = nextNumber()
    if (length < 0) return null
    lineFrom += length
    return { from: lineFrom - length, to: lineFrom }
  }
  while (rows.length < count) {
    // Evaluated in this order, which is that of `add`.
    rows.push({
      id: nextId(),
      idMs,
      parentId: nextTextOrNull(),
      kind: nextWord(),
      operation: nextWord(),
      exception: nextWordOrNull(),
      category: nextWordOrNull(),
      principal: nextTextOrNull(),
      resource: nextTextOrNull(),
      details: nextLine(),
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
  return `${ofCauses}\t${ofCalls}\t${ofFields}\n`
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
