import type { Store } from '../../store/store.ts'
import type { User, Users } from '../../users/users.ts'

export function search({ store, users }: { store: Store; users: Users }) {
  return async (words: string): Promise<{ text: string; author: User | undefined }[]> => {
    const tweets = await store.find(words)
    const authors = await users.find(tweets.map(({ author }) => author))
    return tweets.map(({ author, text }) => ({ text, author: authors[author] }))
  }
}
