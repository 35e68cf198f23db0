import type { Tweet } from '../../store/store.ts'
import { type Answer, failed } from './answer.ts'
import { get, timedOut, unreachable } from './get.ts'

export function search(at: { store: string }) {
  return async (words: string): Promise<Answer> => {
    const found = await get(`${at.store}/tweets`, { words })
    if (found.status === unreachable) return failed(503, 'store_unreachable')
    if (found.status === timedOut) return failed(504, 'store_timeout')
    if (found.status === 504) return failed(504, 'store_shard_timeout')
    if (found.status === 503) return failed(503, 'store_unavailable')
    if (found.status !== 200) return failed(502, 'store_failed')
    const tweets: Tweet[] = found.body
    return { status: 200, body: tweets.map(({ author, text }) => ({ author, text })) }
  }
}
