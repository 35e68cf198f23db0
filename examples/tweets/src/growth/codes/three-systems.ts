import type { Tweet } from '../../store/store.ts'
import type { User } from '../../users/users.ts'
import { type Answer, failed } from './answer.ts'
import { get, timedOut, unreachable } from './get.ts'

export function search(at: { store: string; users: string }) {
  return async (words: string): Promise<Answer> => {
    const found = await get(`${at.store}/tweets`, { words })
    if (found.status === unreachable) return failed(503, 'store_unreachable')
    if (found.status === timedOut) return failed(504, 'store_timeout')
    if (found.status === 504) return failed(504, 'store_shard_timeout')
    if (found.status === 503) return failed(503, 'store_unavailable')
    if (found.status !== 200) return failed(502, 'store_failed')
    const tweets: Tweet[] = found.body
    if (tweets.length === 0) return { status: 200, body: [] }
    const known = await get(`${at.users}/users`, { names: tweets.map(({ author }) => author).join(',') })
    if (known.status === unreachable) return failed(503, 'users_unreachable')
    if (known.status === timedOut) return failed(504, 'users_timeout')
    if (known.status === 404) return failed(502, 'author_not_found')
    if (known.status === 504) return failed(504, 'users_dependency_timeout')
    if (known.status === 503) return failed(503, 'users_unavailable')
    if (known.status !== 200) return failed(502, 'users_failed')
    const authors: Record<string, User> = known.body
    return { status: 200, body: tweets.map(({ author, text }) => ({ text, author: authors[author] })) }
  }
}
