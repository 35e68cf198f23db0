import { setTimeout } from 'node:timers/promises'
import type { Cloud } from '../cloud.ts'
import type { PanelEvent } from '../events.ts'
import type { Bucket } from '../object-storage.ts'
import { makeBucket, removeBucket } from './buckets.ts'
import { Calls } from './calls.ts'
import { type Capacity, defaultCapacity } from './capacity.ts'
import { embeddedCompute } from './compute.ts'
import { CloudDatabase } from './database.ts'
import { embeddedDns } from './dns.ts'
import { embeddedEvents, publishedEvents } from './events.ts'
import { FaultOrders, type Faults } from './faults.ts'
import { ImageImporter } from './image-importer.ts'
import { fetchingImageSource } from './image-source/fetching-image-source.ts'
import type { ImageSource } from './image-source/image-source.ts'
import { embeddedImages } from './images.ts'
import { type CloudObject, takeInventory } from './inventory.ts'
import { Latency } from './latency.ts'
import { embeddedLoadBalancers } from './load-balancers.ts'
import { listen } from './member-health.ts'
import type { World } from './moment.ts'
import { embeddedNetwork } from './network.ts'
import { embeddedObjectStorage } from './object-storage.ts'
import { damage, type ObjectRow } from './objects.ts'
import { embeddedRoutes } from './routes.ts'
import { advance } from './time.ts'
import { embeddedVolumes } from './volumes.ts'

export interface EmbeddedCloudOptions {
  /** The folder that holds `cloud.db`, made if it is missing; or `:memory:` for a world that ends with the process. */
  path: string
  /** The world to begin with, as `image()` gave it; only with `:memory:`. @default an empty one */
  image?: Uint8Array
  /** A world that is open already, to work on instead of one that is opened here. @default none */
  database?: CloudDatabase
  /** What all latencies are multiplied with: 1 is a usual cloud's, 0 answers and settles at once. */
  latencyFactor: number
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
  /** Waits; rejects when the signal is aborted. @default a timer */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Chance, from 0 to 1 (exclusive). @default Math.random */
  random?: () => number
  /** Ends the process at once, for the fault `crash`. @default SIGKILL */
  kill?: () => void
  /** The zones, and what their hosts and stores hold. @default two zones with room for a few hundred small servers */
  capacity?: Capacity
  /** URLs that count as present without being fetched, with the sizes of their images in GB. @default none */
  listedImages?: ReadonlyMap<string, number>
  /** Where all other images come from. @default the public internet */
  imageSource?: ImageSource
}

/** A simulated cloud, with what an operator may ask of it beyond what a cloud offers. */
export interface EmbeddedCloud extends Cloud {
  readonly faults: Faults
  /** Every object that it holds now, with the key of the step that made it, oldest first. */
  objects(): readonly CloudObject[]
  /** The newest of the events that were published, in the order in which they came: one may be there twice. */
  publishedEvents(): readonly PanelEvent[]
  /** Lets the programs of a server listen on these ports from now on, instead of 22 alone. An unknown id changes nothing. */
  listen(serverId: string, ports: readonly number[]): void
  /**
   * Makes a bucket, as the user would.
   *
   * @throws {ValidationException} the object store has no such user, or no bucket can be called that
   * @throws {BucketNameTakenException} there is one of this name
   */
  makeBucket(bucket: Bucket): void
  /** Removes a bucket with all that is in it, as its user would. @throws {BucketNotFoundException} */
  removeBucket(name: string): void
  /** Puts an object into an error state, as clouds do by themselves. An unknown id changes nothing. */
  damage(id: string): void
  /** The whole world as bytes, from which another one can begin. */
  image(): Uint8Array
  /** Releases the file. Calls that have not reached the cloud by then throw `CloudClosedException`. */
  close(): void
}

/**
 * A cloud kept in SQLite, which works as real ones do: accepted is not done, busy objects say so, capacity
 * ends, and faults come by order. All of it survives the process, also what has been accepted and not settled.
 *
 * @throws {CloudFileTooNewException} a newer release wrote the file
 */
export function embeddedCloud({
  path,
  image,
  database,
  latencyFactor,
  now = Date.now,
  sleep = (ms, signal) => setTimeout(ms, undefined, signal && { signal }),
  random = Math.random,
  kill = () => process.kill(process.pid, 'SIGKILL'),
  capacity = defaultCapacity,
  listedImages = new Map(),
  imageSource = fetchingImageSource(),
}: EmbeddedCloudOptions): EmbeddedCloud {
  const db = database ?? new CloudDatabase(path, image)
  const importer = new ImageImporter(db, imageSource)
  const images = { listedGb: (url: string) => listedImages.get(url), wake: () => importer.wake() }
  const world: World = { db, capacity, latency: new Latency({ factor: latencyFactor, random }), images }
  const faults = new FaultOrders(db, random)
  const calls = new Calls({ world, orders: faults, now, sleep, kill })
  importer.wake() // What an earlier process was fetching.
  return {
    compute: embeddedCompute(calls),
    network: embeddedNetwork(calls),
    volumes: embeddedVolumes(calls),
    loadBalancers: embeddedLoadBalancers(calls),
    images: embeddedImages(calls),
    objectStorage: embeddedObjectStorage(calls),
    dns: embeddedDns(calls),
    routes: embeddedRoutes(calls),
    events: embeddedEvents(calls),
    faults,
    objects: () =>
      db.transaction(() => {
        advance(world, now())
        return takeInventory(db)
      }),
    publishedEvents: () =>
      db.transaction(() => {
        advance(world, now())
        return publishedEvents(db)
      }),
    listen: (serverId, ports) =>
      db.transaction(() => {
        advance(world, now())
        const server = db.one<ObjectRow>(`select * from objects where id = ? and kind = 'server'`, serverId)
        if (server !== undefined) listen(db, server, ports, now())
      }),
    makeBucket: bucket =>
      db.transaction(() => {
        advance(world, now())
        makeBucket(db, { ...bucket, madeAtMs: now() })
      }),
    removeBucket: name => db.transaction(() => removeBucket(db, name)),
    damage: id => db.transaction(() => damage(db, id)),
    image: () => db.image(),
    close: () => {
      importer.close()
      db.close()
    },
  }
}
