import { failOpen, fanOut, ServiceUnavailableException } from 'evenkeel'
import type { Counts } from '../../counts/counts.ts'
import type { Place, Places } from '../../places/places.ts'
import type { Store } from '../../store/store.ts'
import { UserNotFoundException } from '../../users/exceptions.ts'
import type { User, Users } from '../../users/users.ts'

export type Found = { text: string; author: User | undefined; place: Place | undefined }

export function search({ store, users, places }: { store: Store; users: Users; places: Places }) {
  return async (words: string): Promise<Found[]> => {
    const tweets = await store.find(words)
    const { authors, sites } = await fanOut({
      authors: () => users.find(tweets.map(({ author }) => author)),
      sites: () => onTheMap(tweets.map(({ place }) => place)),
    })
    return tweets.map(({ author, text, place }) => ({ text, author: authors[author], place: sites[place] }))
  }

  function onTheMap(ids: string[]): ReturnType<Places['find']> {
    return failOpen(() => places.find(ids), {}, { on: [ServiceUnavailableException], name: 'places' })
  }
}

export function userFinder({ bios, counts }: { bios: ReadonlyMap<string, string>; counts: Counts }): Users {
  return {
    async find(names) {
      const followers = await counts.followers(names)
      const users = names.map(name => {
        const bio = bios.get(name)
        if (bio === undefined) throw new UserNotFoundException(name)
        return { name, bio, followers: followers[name] ?? 0 }
      })
      return Object.fromEntries(users.map(user => [user.name, user]))
    },
  }
}
