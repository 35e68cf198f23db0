import { Actions, memoryJournal } from 'evenkeel/actions'
import { VirtualClock } from 'evenkeel/testing'
import { bookTrip } from './book-trip.ts'
import type { Mood, Travel } from './booking-system.ts'
import { tripWorld } from './trip-proof.ts'

/** What became of one trip. */
export interface Stop {
  readonly situation: string
  readonly end: 'succeeded' | 'rolled-back'
  /** The class of what it was rolled back for. */
  readonly cause: string | undefined
  /** What is booked for it now. */
  readonly bookings: readonly string[]
}

/** Books one trip in each situation, in virtual time. */
export async function tour(): Promise<readonly Stop[]> {
  const clock = new VirtualClock()
  const { world, database, bookings } = tripWorld(clock)
  const journal = memoryJournal()
  const open = () =>
    Actions.open({ actions: [bookTrip], world, journal, database, clock, secretKey: new Uint8Array(32) })

  let actions = await open()
  const stops: Stop[] = []
  for (const [at, { situation, moods = {}, endsProcess = false }] of situations.entries()) {
    setMoods(world, moods)
    const { id } = await actions.start(bookTrip, { trip: `t${at + 1}` })
    if (endsProcess) {
      await clock.advance(15)
      await clock.run(actions.stop())
      actions = await open() // another process, with the same journal
    }
    await clock.advance(3_600_000)
    const view = await actions.view(id)
    stops.push({
      situation,
      end: view?.state === 'succeeded' ? 'succeeded' : 'rolled-back',
      cause: view?.cause?.exception,
      bookings: bookings()
        .filter(({ key }) => key.startsWith(id))
        .map(booking => booking.id),
    })
  }
  return stops
}

interface Situation {
  readonly situation: string
  readonly moods?: { readonly [system in keyof Travel]?: Mood }
  readonly endsProcess?: boolean
}

const situations: readonly Situation[] = [
  { situation: 'all is well' },
  { situation: 'no room is left', moods: { hotels: 'sold out' } },
  { situation: 'the card has no cover', moods: { payments: 'sold out' } },
  { situation: 'the airline is overrun', moods: { flights: 'overrun' } },
  { situation: 'the bank falls silent', moods: { payments: 'books, and falls silent' } },
  { situation: 'the process ends in the middle', endsProcess: true },
]

function setMoods(world: Travel, moods: NonNullable<Situation['moods']>): void {
  for (const system of Object.keys(world) as (keyof Travel)[]) world[system].mood = moods[system] ?? 'well'
}
