import type { CloudDatabase } from './database.ts'
import { type Fetching, imageOrders, type Order, settleOrder } from './image-imports.ts'
import { type ImageSource, ImageSourceException } from './image-source/image-source.ts'

/** How many images are fetched at a time: each may take all that a processor gives. */
const atOnceMax = 4

/**
 * Fetches what the world has ordered, a few at a time, oldest first. The world is what it goes by: what was being fetched when
 * the process ended is fetched again, and what is no longer ordered is given up.
 */
export class ImageImporter {
  readonly #db: CloudDatabase
  readonly #source: ImageSource
  readonly #underWay = new Map<string, AbortController>()
  #isAwake = false

  constructor(db: CloudDatabase, source: ImageSource) {
    this.#db = db
    this.#source = source
  }

  /** Looks, soon, whether there is anything to fetch or to give up. */
  wake(): void {
    if (this.#isAwake) return
    this.#isAwake = true
    setImmediate(() => {
      this.#isAwake = false
      if (this.#db.isOpen) this.#look()
    })
  }

  /** Gives up what is under way: the next process begins it anew. */
  close(): void {
    for (const giveUp of this.#underWay.values()) giveUp.abort()
  }

  #look(): void {
    const orders = imageOrders(this.#db)
    const ordered = new Set(orders.map(({ id }) => id))
    for (const [id, giveUp] of this.#underWay) {
      if (!ordered.has(id)) giveUp.abort()
    }
    for (const order of orders) {
      if (this.#underWay.size >= atOnceMax) return
      if (!this.#underWay.has(order.id)) void this.#carryOut(order)
    }
  }

  async #carryOut({ id, ...wanted }: Order): Promise<void> {
    const giveUp = new AbortController()
    this.#underWay.set(id, giveUp)
    const ended = await this.#fetch(wanted, giveUp.signal)
    this.#underWay.delete(id)
    if (giveUp.signal.aborted || !this.#db.isOpen) return this.wake()
    this.#db.transaction(() => settleOrder(this.#db, id, ended))
    this.wake()
  }

  async #fetch(wanted: Omit<Order, 'id'>, signal: AbortSignal): Promise<Fetching> {
    try {
      return { content: await this.#source.fetch(wanted, signal) }
    } catch (thrown) {
      if (thrown instanceof ImageSourceException) return { problem: thrown.message }
      // A cloud ends what it can't do in an error state, and says why to operators.
      return { fault: `The image could not be fetched: ${String(thrown)}` }
    }
  }
}
