import type { MemoryDb } from 'evenkeel/testing'

/** What we know of our customers' trips. One that is not here was never booked, or not in the end. */
export type TripRecords = MemoryDb<{ [trip: string]: 'being booked' | 'booked' }>
