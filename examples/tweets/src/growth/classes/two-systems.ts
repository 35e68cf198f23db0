import type { Store, Tweet } from '../../store/store.ts'

export function search({ store }: { store: Store }) {
  return async (words: string): Promise<Pick<Tweet, 'author' | 'text'>[]> => {
    const tweets = await store.find(words)
    return tweets.map(({ author, text }) => ({ author, text }))
  }
}
