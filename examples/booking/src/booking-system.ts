import { GatewayTimeoutException } from 'evenkeel'
import { BusyException, RefusedException } from 'evenkeel/actions'

/** Nothing of it is left, or the card has no cover: nothing happened, and asking again would not help. */
export class SoldOutException extends RefusedException {}
/** It has no hands free just now. */
export class OverrunException extends BusyException {}
/** It fell silent: whether it booked, nobody knows. */
export class SilentException extends GatewayTimeoutException {}

export interface Booking {
  readonly id: string
  /** Whoever books puts a key on the booking. */
  readonly key: string
  isDamaged: boolean
}

/** What a system does with the next request. */
export type Mood = 'well' | 'sold out' | 'overrun' | 'books, and falls silent'

/** A system of somebody else's: an airline's, a hotel's, a bank's. It keeps what it has accepted, whatever becomes of us. */
export class BookingSystem {
  readonly bookings = new Map<string, Booking>()
  mood: Mood = 'well'
  readonly #kind: string
  readonly #answers: () => Promise<void>
  #made = 0

  /** @param answers resolves when the system has taken its time to answer */
  constructor(kind: string, answers: () => Promise<void>) {
    this.#kind = kind
    this.#answers = answers
  }

  async book(key: string): Promise<{ id: string }> {
    await this.#answers()
    const { mood } = this
    this.mood = 'well'
    if (mood === 'sold out') throw new SoldOutException(`There is no ${this.#kind} left.`)
    if (mood === 'overrun') throw new OverrunException(`The system of the ${this.#kind} is overrun.`)
    const id = `${this.#kind}-${++this.#made}`
    this.bookings.set(id, { id, key, isDamaged: false })
    if (mood === 'books, and falls silent')
      throw new SilentException(`The system of the ${this.#kind} fell silent.`)
    return { id }
  }

  async find(key: string): Promise<readonly Booking[]> {
    await this.#answers()
    return [...this.bookings.values()].filter(booking => booking.key === key)
  }

  /** Cancels a booking, or pays a payment back. One that is not there has been cancelled before. */
  async cancel(id: string): Promise<void> {
    await this.#answers()
    this.bookings.delete(id)
  }
}

export interface Travel {
  readonly flights: BookingSystem
  readonly hotels: BookingSystem
  readonly payments: BookingSystem
}
