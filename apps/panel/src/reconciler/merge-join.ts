import { BadGatewayException } from 'evenkeel'
import type { ListPage } from '../cloud/cloud.ts'

/** What an ordered listing is made of. */
export interface Identified {
  readonly id: string
}

/** Lists in ascending order of id, page by page; an empty page is the end. */
export type Listing<T extends Identified> = (page: ListPage) => Promise<readonly T[]>

/** What two listings have under an id: at least one of them has something. */
export interface Joined<One, Other> {
  readonly id: string
  readonly one: One | undefined
  readonly other: Other | undefined
}

/** A listing is not in the order of its ids, so that nothing can be said of what is missing in it. */
export class ListingOutOfOrderException extends BadGatewayException<{ id: string; after: string }> {
  constructor(id: string, after: string) {
    super(
      `A listing gave ${id} after ${after}, and must be in ascending order of ids: nothing was concluded from it.`,
      { data: { id, after } },
    )
  }
}

/**
 * Walks two listings side by side, whatever their length, with one page of each in memory. What was in both, or in one and
 * not in the other, all the time that it takes, comes exactly once and as such; what came or went meanwhile comes once at
 * most, and as it was when its page was asked for.
 *
 * @param pause awaited before each page but the first, so that others have their turn
 * @returns parts of what is joined, in ascending order; none is empty
 * @throws {ListingOutOfOrderException}
 */
export async function* mergeJoin<One extends Identified, Other extends Identified>(
  one: Listing<One>,
  other: Listing<Other>,
  { limit, pause = async () => {} }: { readonly limit: number; readonly pause?: () => Promise<void> },
): AsyncGenerator<readonly Joined<One, Other>[]> {
  const ones = new Pages(one, limit)
  const others = new Pages(other, limit)
  for (;;) {
    await ones.fill()
    await others.fill()
    const part: Joined<One, Other>[] = []
    while (!ones.isSpent && !others.isSpent) {
      const id = lower(ones.head?.id, others.head?.id)
      if (id === undefined) break
      part.push({ id, one: ones.take(id), other: others.take(id) })
    }
    if (part.length === 0) return
    yield part
    await pause()
  }
}

/** The rows of a listing, of which one page is there at a time. */
class Pages<T extends Identified> {
  readonly #list: Listing<T>
  readonly #limit: number
  #page: readonly T[] = []
  #at = 0
  #last: string | undefined
  #isAtEnd = false

  constructor(list: Listing<T>, limit: number) {
    this.#list = list
    this.#limit = limit
  }

  /** Whether its page is used up, and it may have another one: nothing can be said of what comes next. */
  get isSpent(): boolean {
    return this.head === undefined && !this.#isAtEnd
  }

  get head(): T | undefined {
    return this.#page[this.#at]
  }

  /** Takes the row with this id, if that is the next one. */
  take(id: string): T | undefined {
    const { head } = this
    if (head?.id !== id) return undefined
    this.#at++
    return head
  }

  /** Asks for another page, if it needs one. */
  async fill(): Promise<void> {
    if (!this.isSpent) return
    const after = this.#last
    this.#page = await this.#list({ after, limit: this.#limit })
    this.#at = 0
    this.#isAtEnd = this.#page.length === 0
    for (const { id } of this.#page) {
      if (this.#last !== undefined && id <= this.#last) throw new ListingOutOfOrderException(id, this.#last)
      this.#last = id
    }
  }
}

function lower(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one < other ? one : other
}
