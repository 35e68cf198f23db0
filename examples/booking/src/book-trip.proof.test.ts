import { matchCertificate, prove } from 'evenkeel/testing'
import { expect, it } from 'vitest'
import { bookTrip } from './book-trip.ts'
import { tour } from './tour.ts'
import { tripProof } from './trip-proof.ts'

it('books a trip whole or not at all, whatever two faults meet', { timeout: 120_000 }, async () => {
  matchCertificate(await prove(bookTrip, tripProof), new URL('../certificates/', import.meta.url))
})

it('tells what became of each trip', async () => {
  const stops = await tour()

  expect(stops.map(({ situation, end, bookings }) => [situation, end, bookings])).toEqual([
    ['all is well', 'succeeded', ['flight-1', 'room-1', 'payment-1']],
    ['no room is left', 'rolled-back', []],
    ['the card has no cover', 'rolled-back', []],
    ['the airline is overrun', 'succeeded', ['flight-4', 'room-3', 'payment-2']],
    ['the bank falls silent', 'succeeded', ['flight-5', 'room-4', 'payment-3']],
    ['the process ends in the middle', 'succeeded', ['flight-6', 'room-5', 'payment-4']],
  ])
})
