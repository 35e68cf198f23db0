import type { Place } from './places/places.ts'
import type { Tweet } from './store/store.ts'

// What the services know when they begin.

export const bios: ReadonlyMap<string, string> = new Map([
  ['ada', 'Notes on engines.'],
  ['grace', 'Found the moth.'],
  ['edsger', 'Against goto.'],
])

export const followers = { ada: 1815, grace: 1906, edsger: 1930 }

export const map: ReadonlyMap<string, Place> = new Map([
  ['ldn', { name: 'London', country: 'GB' }],
  ['bos', { name: 'Boston', country: 'US' }],
  ['ams', { name: 'Amsterdam', country: 'NL' }],
])

/** Those of each shard. One author has left since: nobody goes by that name any more. */
export const tweets: readonly [readonly Tweet[], readonly Tweet[]] = [
  [
    { id: 4, author: 'edsger', text: 'tea considered harmful', place: 'ams' },
    { id: 5, author: 'banquo', text: 'a farewell', place: 'ldn' },
  ],
  [
    { id: 1, author: 'ada', text: 'tea and engines', place: 'ldn' },
    { id: 2, author: 'grace', text: 'there is a moth in my tea', place: 'bos' },
    { id: 3, author: 'ada', text: 'a poetical science', place: 'ldn' },
  ],
]
