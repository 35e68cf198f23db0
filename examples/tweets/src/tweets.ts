import { countsAt } from './counts/client.ts'
import { countsOn } from './counts/counts.ts'
import { countsRoutes } from './counts/routes.ts'
import { search, userFinder } from './growth/classes/five-systems.ts'
import { Listener, type ListenerOptions, type Operators } from './listener.ts'
import { placesAt } from './places/client.ts'
import { placesOn } from './places/places.ts'
import { placesRoutes } from './places/routes.ts'
import { bios, followers, map, tweets } from './sample.ts'
import { searchRoutes } from './search/routes.ts'
import { storeAt } from './store/client.ts'
import { storeRoutes } from './store/routes.ts'
import { Shard } from './store/shard.ts'
import { tweetStore } from './store/store.ts'
import { killing, slowing, type Trouble, tearing, troubleRoutes } from './troubles.ts'
import { usersAt } from './users/client.ts'
import { usersRoutes } from './users/routes.ts'

export interface TweetsOptions {
  /** The search listens here and the others on the ports that follow; 0 takes any that are free. */
  port: number
  operators: Operators
  /** How long the store waits for a shard, in milliseconds. @default 300 */
  shardLimitMs?: number
  /** The users' routes, given where the counts are. @default with classes */
  usersBefore?: (countsUrl: string) => ListenerOptions['routes']
}

export const serviceNames = ['search', 'store', 'users', 'places', 'counts'] as const
export type ServiceName = (typeof serviceNames)[number]

/** All five, serving. */
export interface Tweets extends AsyncDisposable {
  readonly listeners: Readonly<Record<ServiceName, Listener>>
  readonly troubles: readonly Trouble[]
}

/** Starts the services, those that others call first. Each is a listener of its own, and they meet over HTTP only. */
export async function openTweets({
  port,
  operators,
  shardLimitMs = 300,
  usersBefore = url => usersRoutes(userFinder({ bios, counts: countsAt(url) })),
}: TweetsOptions): Promise<Tweets> {
  const opened = new AsyncDisposableStack()
  const listen = async (service: ServiceName, routes: ListenerOptions['routes']): Promise<Listener> => {
    const ownPort = port === 0 ? 0 : port + serviceNames.indexOf(service)
    const listener = new Listener({
      service,
      port: ownPort,
      routes,
      operators,
      isInternal: service !== 'search',
    })
    await listener.start()
    opened.defer(() => listener.kill())
    return listener
  }
  try {
    const slowShard = new Shard('shard-2', shardLimitMs, tweets[1])
    const shards = [new Shard('shard-1', shardLimitMs, tweets[0]), slowShard] as const
    const page = { text: JSON.stringify(followers) }
    const store = await listen('store', storeRoutes(tweetStore(shards)))
    const places = await listen('places', placesRoutes(placesOn(map)))
    const counts = await listen('counts', countsRoutes(countsOn(page)))
    const users = await listen('users', usersBefore(counts.url))
    const troubles = [...[store, users, places, counts].map(killing), slowing(slowShard), tearing(page)]
    const backEnds = {
      store: storeAt(store.url),
      users: usersAt(users.url),
      places: placesAt(places.url),
    }
    const front = await listen('search', app => {
      searchRoutes({ ...backEnds, search: search(backEnds) })(app)
      troubleRoutes(troubles)(app)
    })
    const listeners = { search: front, store, users, places, counts }
    return { listeners, troubles, [Symbol.asyncDispose]: () => opened.disposeAsync() }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}
