import type { Place } from '../../places/places.ts'
import type { Tweet } from '../../store/store.ts'
import type { User } from '../../users/users.ts'
import { type Answer, count, failed } from './answer.ts'
import { type Got, get, timedOut, unreachable } from './get.ts'

export function search(at: { store: string; users: string; places: string }) {
  return async (words: string): Promise<Answer> => {
    const found = await get(`${at.store}/tweets`, { words })
    if (found.status === unreachable) return failed(503, 'store_unreachable')
    if (found.status === timedOut) return failed(504, 'store_timeout')
    if (found.status === 504) return failed(504, 'store_shard_timeout')
    if (found.status === 503) return failed(503, 'store_unavailable')
    if (found.status !== 200) return failed(502, 'store_failed')
    const tweets: Tweet[] = found.body
    if (tweets.length === 0) return { status: 200, body: [] }
    const [known, mapped] = await Promise.all([
      get(`${at.users}/users`, { names: tweets.map(({ author }) => author).join(',') }),
      get(`${at.places}/places`, { ids: tweets.map(({ place }) => place).join(',') }),
    ])
    if (known.status !== 200) return usersFailed(known)
    if (isUnavailable(mapped)) count('places_failed_open')
    else if (mapped.status === timedOut || mapped.status === 504) return failed(504, 'places_timeout')
    else if (mapped.status !== 200) return failed(502, 'places_failed')
    const authors: Record<string, User> = known.body
    const sites: Record<string, Place> = mapped.status === 200 ? mapped.body : {}
    const body = tweets.map(({ author, text, place }) => ({
      text,
      author: authors[author],
      place: sites[place],
    }))
    return { status: 200, body }
  }
}

// The users have a system behind them now: what failed is in the body, not in the code.
function usersFailed(known: Got): Answer {
  if (known.status === unreachable) return failed(503, 'users_unreachable')
  if (known.status === timedOut) return failed(504, 'users_timeout')
  if (known.status === 404) return failed(502, 'author_not_found')
  switch (known.body.error) {
    case 'counts_unreachable':
      return failed(503, 'users_counts_unreachable')
    case 'counts_timeout':
      return failed(504, 'users_counts_timeout')
    case 'counts_unavailable':
      return failed(503, 'users_counts_unavailable')
    case 'counts_failed':
      return failed(502, 'users_counts_failed')
    default:
      return failed(502, 'users_failed')
  }
}

function isUnavailable({ status }: Got): boolean {
  return status === unreachable || status === 503
}

export function userFinder({ bios, counts }: { bios: ReadonlyMap<string, string>; counts: string }) {
  return async (names: readonly string[]): Promise<Answer> => {
    const counted = await get(`${counts}/followers`, { names: names.join(',') })
    if (counted.status === unreachable) return failed(503, 'counts_unreachable')
    if (counted.status === timedOut || counted.status === 504) return failed(504, 'counts_timeout')
    if (counted.status === 503) return failed(503, 'counts_unavailable')
    if (counted.status !== 200) return failed(502, 'counts_failed')
    const followers: Record<string, number> = counted.body
    const users: Record<string, User> = {}
    for (const name of names) {
      const bio = bios.get(name)
      if (bio === undefined) return failed(404, 'user_not_found')
      users[name] = { name, bio, followers: followers[name] ?? 0 }
    }
    return { status: 200, body: users }
  }
}
