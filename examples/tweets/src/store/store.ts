import { z } from 'zod'
import { DuplicateTweetException } from './exceptions.ts'
import type { Shard } from './shard.ts'

export const Tweet = z.object({ id: z.number(), author: z.string(), text: z.string(), place: z.string() })
export type Tweet = z.infer<typeof Tweet>

/** The store, for those who run it and for those who call it. */
export interface Store {
  /** The tweets that contain all of this, newest first. */
  find(words: string): Promise<readonly Tweet[]>
  /** Keeps a new tweet, once. */
  add(draft: Omit<Tweet, 'id'>): Promise<Tweet>
}

/** Keeps tweets in shards: those of one author in one of them. */
export function tweetStore(shards: readonly [Shard, ...Shard[]]): Store {
  let lastId = 100
  return {
    async find(words) {
      const tweets = await Promise.all(shards.map(shard => shard.tweets()))
      return tweets
        .flat()
        .filter(({ text }) => text.includes(words))
        .sort((left, right) => right.id - left.id)
    },

    async add(draft) {
      const shard = shards[draft.author.length % shards.length] ?? shards[0]
      const known = (await shard.tweets()).find(
        ({ author, text }) => author === draft.author && text === draft.text,
      )
      if (known !== undefined) throw new DuplicateTweetException(known.id)
      const tweet = { ...draft, id: ++lastId }
      await shard.add(tweet)
      return tweet
    },
  }
}
