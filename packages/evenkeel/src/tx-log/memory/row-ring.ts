import type { TxId } from '../../filters/tx-id.ts'
import type { TxRow } from '../tx-log.ts'

const txIdChars = 26

/**
 * The latest rows, in the order in which they came: once there are as many as are kept, each takes the place of the
 * oldest.
 *
 * A row is written into a place that was made once, its id as bytes and its times as numbers, so that of a request
 * which ended well nothing stays that was made for it. Rows that were kept as they are would survive every collection
 * of the young objects: that then took a request twice as long, and grew the young generation to its limit of 64 MB.
 */
export class RowRing {
  readonly #rowsMax: number
  readonly #places: Place[] = []
  #ids = new Uint8Array(0)
  /** When each began, and how long it took. */
  #times = new Float64Array(0)
  /** Where the next row goes once the ring is full, which is where the oldest one stands. */
  #oldest = 0

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  add(row: TxRow): void {
    if (this.#places.length < this.#rowsMax) {
      this.#write(this.#places.length, row, this.#addPlace())
    } else if (this.#rowsMax > 0) {
      this.#write(this.#oldest, row, this.#places[this.#oldest] as Place)
      this.#oldest = (this.#oldest + 1) % this.#rowsMax
    }
  }

  oldestFirst(): TxRow[] {
    const rows = this.#places.map((place, at) => this.#read(at, place))
    return [...rows.slice(this.#oldest), ...rows.slice(0, this.#oldest)]
  }

  #addPlace(): Place {
    if (this.#places.length * txIdChars === this.#ids.length) this.#grow()
    const place = { ...emptyPlace }
    this.#places.push(place)
    return place
  }

  #grow(): void {
    const count = Math.max(64, 2 * this.#places.length)
    const [ids, times] = [this.#ids, this.#times]
    this.#ids = new Uint8Array(count * txIdChars)
    this.#times = new Float64Array(count * 2)
    this.#ids.set(ids)
    this.#times.set(times)
  }

  #write(at: number, row: TxRow, place: Place): void {
    const { id } = row
    for (let char = 0; char < txIdChars; char++) this.#ids[at * txIdChars + char] = id.charCodeAt(char)
    this.#times[at * 2] = row.startedAtMs
    this.#times[at * 2 + 1] = row.durationMs
    place.parentId = row.parentId
    place.kind = row.kind
    place.operation = row.operation
    place.status = row.status
    place.exception = row.exception
    place.category = row.category
    place.causes = row.causes
    place.principal = row.principal
    place.resource = row.resource
    place.calls = row.calls
    place.fields = row.fields
  }

  #read(at: number, place: Place): TxRow {
    const id = String.fromCharCode(...this.#ids.subarray(at * txIdChars, (at + 1) * txIdChars)) as TxId
    const [startedAtMs, durationMs] = this.#times.subarray(at * 2, at * 2 + 2) as unknown as [number, number]
    return { id, startedAtMs, durationMs, ...place }
  }
}

/** What of a row is shared with others, as most of it is, or is its own for as long as it is kept. */
type Place = { -readonly [Name in Exclude<keyof TxRow, 'id' | 'startedAtMs' | 'durationMs'>]: TxRow[Name] }

const emptyPlace: Place = {
  parentId: undefined,
  kind: 'request',
  operation: '',
  status: 0,
  exception: undefined,
  category: undefined,
  causes: [],
  principal: undefined,
  resource: undefined,
  calls: [],
  fields: {},
}
