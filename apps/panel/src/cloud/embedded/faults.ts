import type { CloudDatabase } from './database.ts'
import { type FaultOrder, parseFaultOrders } from './fault-order.ts'
import { type CloudOperation, cloudOperations } from './operations.ts'

/** A fault order, and how often it has struck. */
export interface StandingFaultOrder extends FaultOrder {
  readonly struck: number
}

export interface FaultsView {
  /** Every operation that can be given in an order. */
  readonly operations: readonly CloudOperation[]
  readonly orders: readonly StandingFaultOrder[]
}

/** What goes wrong by order. */
export interface Faults {
  read(): FaultsView
  /**
   * Replaces all orders; `[]` clears them.
   *
   * @throws {ValidationException} one of them makes no sense: the others stay as they were
   */
  replace(orders: unknown): void
}

export class FaultOrders implements Faults {
  readonly #db: CloudDatabase
  readonly #random: () => number

  constructor(db: CloudDatabase, random: () => number) {
    this.#db = db
    this.#random = random
  }

  read(): FaultsView {
    const rows = this.#db.all<OrderRow>('select * from fault_orders order by position')
    return { operations: cloudOperations, orders: rows.map(presentOrder) }
  }

  replace(input: unknown): void {
    const orders = parseFaultOrders(input)
    this.#db.transaction(() => {
      this.#db.run('delete from fault_orders')
      orders.forEach((order, position) => {
        this.#db.run(
          `insert into fault_orders (position, operation, kind, times, probability, delay_ms, struck)
           values (?, ?, ?, ?, ?, ?, 0)`,
          position,
          order.operation,
          order.kind,
          order.times,
          order.probability,
          order.delayMs,
        )
      })
    })
  }

  /**
   * The order that strikes this call: the first that is not used up and that chance lets strike. It is
   * counted at once, in the database transaction of the caller, which holds the effect as well.
   */
  strike(operation: CloudOperation): FaultOrder | undefined {
    const candidates = this.#db.all<OrderRow>(
      'select * from fault_orders where operation = ? and (times is null or struck < times) order by position',
      operation,
    )
    const order = candidates.find(({ probability }) => this.#random() < probability)
    if (order === undefined) return undefined
    this.#db.run('update fault_orders set struck = struck + 1 where position = ?', order.position)
    return presentOrder(order)
  }
}

interface OrderRow extends Pick<FaultOrder, 'operation' | 'kind' | 'times' | 'probability'> {
  readonly position: number
  readonly delay_ms: number
  readonly struck: number
}

function presentOrder({
  operation,
  kind,
  times,
  probability,
  delay_ms,
  struck,
}: OrderRow): StandingFaultOrder {
  return { operation, kind, times, probability, delayMs: delay_ms, struck }
}
