import { actionsOn, type FindableDefinition } from 'evenkeel/actions'
import { z } from 'zod'
import type { Travel } from './booking-system.ts'
import type { TripRecords } from './trip-records.ts'

const { step, action } = actionsOn<Travel, TripRecords>()
const Trip = z.object({ trip: z.string() })
type Trip = z.output<typeof Trip>

/** Done, found again by its key, and undone: all that a step has to say, here for three systems of the same kind. */
const bookingAt = (system: keyof Travel): FindableDefinition<Trip, { id: string }, Travel> => ({
  input: Trip,
  output: z.object({ id: z.string() }),
  do: (_trip, { key, world }) => world[system].book(key),
  find: async ({ key, world }) =>
    (await world[system].find(key)).map(({ id, isDamaged }) =>
      isDamaged
        ? { state: 'broken', output: { id }, fault: 'it was lost' }
        : { state: 'ready', output: { id } },
    ),
  undo: ({ id }, { world }) => world[system].cancel(id),
})
const bookFlight = step('flight', bookingAt('flights'))
const bookHotel = step('hotel', bookingAt('hotels'))
const pay = step('payment', bookingAt('payments'))

/** A trip is booked with all that belongs to it, or nothing is. */
export const bookTrip = action('trip.book', {
  version: 1,
  input: Trip,
  output: z.object({ flight: z.string(), hotel: z.string(), payment: z.string() }),
  steps: [bookFlight, bookHotel, pay],
  locks: async ({ trip }: Trip) => [`trip:${trip}`],
  async admit(request, db) {
    db.records[request.trip] = 'being booked'
    return request
  },
  async run(input, { step }) {
    const flight = await step(bookFlight, input)
    const hotel = await step(bookHotel, input)
    const payment = await step(pay, input)
    return { flight: flight.id, hotel: hotel.id, payment: payment.id }
  },
  async onEnd(end, { trip }, db) {
    if (end.kind === 'succeeded') db.records[trip] = 'booked'
    else delete db.records[trip]
  },
})
