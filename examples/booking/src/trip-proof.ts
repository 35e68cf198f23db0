import type { ProofEnd, ProofWorld, ProveOptions, VirtualClock } from 'evenkeel/testing'
import { memoryDatabase } from 'evenkeel/testing'
import { type Booking, BookingSystem, type Travel } from './booking-system.ts'
import type { TripRecords } from './trip-records.ts'

export interface TripWorld extends ProofWorld<Travel, TripRecords> {
  readonly bookings: () => readonly Booking[]
}

/** Three systems that answer after ten milliseconds, and no trip yet. */
export function tripWorld(clock: VirtualClock): TripWorld {
  const answers = () => clock.sleep(10)
  const world: Travel = {
    flights: new BookingSystem('flight', answers),
    hotels: new BookingSystem('room', answers),
    payments: new BookingSystem('payment', answers),
  }
  const database = memoryDatabase<TripRecords['records']>({})
  const bookings = () =>
    Object.values(world).flatMap((system: BookingSystem) => [...system.bookings.values()])
  return {
    world,
    database,
    bookings,
    objects: () => bookings().map(({ id, key, isDamaged }) => ({ id, key, state: { isDamaged } })),
    records: () => database.read.records,
    damage(key) {
      const booking = bookings().find(candidate => candidate.key === key)
      if (booking !== undefined) booking.isDamaged = true
      return booking?.id
    },
  }
}

/** A trip is recorded as booked where one was, and has a flight, a room and a payment; else it is not recorded. */
function problems({ bookings, database }: TripWorld, ends: readonly ProofEnd[]): readonly string[] {
  const booked = ends.filter(({ kind }) => kind === 'succeeded').length
  const recorded = JSON.stringify(database.read.records)
  const expected = JSON.stringify(booked > 0 ? { t1: 'booked' } : {})
  return [
    ...(recorded === expected ? [] : [`the records say ${recorded}, and not ${expected}`]),
    ...(bookings().length === 3 * booked
      ? []
      : [`there are ${bookings().length} bookings for ${booked} trips`]),
  ]
}

export const tripProof: ProveOptions<{ trip: string }, Travel, TripRecords, TripWorld> = {
  world: tripWorld,
  input: { trip: 't1' },
  usable: problems,
  faults: 2,
}
