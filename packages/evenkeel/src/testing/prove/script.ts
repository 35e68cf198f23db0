import { type Fault, lastsOn, type Order, type Point, type PointKind, type Scenario } from './fault.ts'

interface PendingOrder extends Order {
  left: number
  hasStruck: boolean
}

/** A fault that lasts no longer. */
const over = 0

/** How often a database transaction fails before it succeeds: `onEnd` is tried for as long as it takes. */
const endFailures = 3

/** What is ordered for a run, and where the run has come to so far. */
export class Script {
  readonly #orders: readonly PendingOrder[]
  readonly #occurrences = new Map<string, number>()
  #hasEnded = false

  constructor(scenario: Scenario) {
    this.#orders = scenario.map(order => ({ ...order, left: strikesOf(order.fault), hasStruck: false }))
  }

  /** The run comes to a place. @returns the point, and the fault that strikes there */
  come(kind: PointKind, place: string): { readonly point: Point; readonly fault: Fault | undefined } {
    const occurrence = (this.#occurrences.get(place) ?? 0) + 1
    this.#occurrences.set(place, occurrence)
    const point: Point = { name: pointName(place, occurrence), kind, occurrence }
    const order = this.#orders.find(candidate => this.#strikes(candidate, place, point))
    if (order === undefined) return { point, fault: undefined }
    order.left--
    order.hasStruck = true
    return { point, fault: order.fault }
  }

  /** What was ordered and has not struck. */
  get missed(): readonly Order[] {
    return this.#orders.filter(({ hasStruck }) => !hasStruck)
  }

  /** Whether a fault has struck that lasts until it is lifted. */
  get isLasting(): boolean {
    return this.#orders.some(({ fault, hasStruck, left }) => hasStruck && lastsOn(fault) && left > over)
  }

  get hasLasted(): boolean {
    return this.#orders.some(({ fault, hasStruck }) => hasStruck && lastsOn(fault))
  }

  /** What lasts until now lasts no longer; what has not struck yet still may. */
  lift(): void {
    for (const order of this.#orders) {
      if (order.hasStruck && lastsOn(order.fault)) order.left = over
    }
  }

  /** No fault strikes any more. */
  end(): void {
    this.#hasEnded = true
  }

  #strikes({ point: ordered, left, hasStruck }: PendingOrder, place: string, { name }: Point): boolean {
    if (left === over || this.#hasEnded) return false
    return ordered === name || (hasStruck && placeOf(ordered) === place)
  }
}

function strikesOf(fault: Fault): number {
  if (lastsOn(fault)) return Number.POSITIVE_INFINITY
  return fault === 'fail' ? endFailures : 1
}

function pointName(place: string, occurrence: number): string {
  return occurrence === 1 ? place : `${place}#${occurrence}`
}

export function placeOf(point: string): string {
  return point.replace(/#\d+$/, '')
}
