import type { CloudHarness } from '../cloud-harness.ts'
import { type EmbeddedCloud, type EmbeddedCloudOptions, embeddedCloud } from './embedded-cloud.ts'
import { emptyWorld } from './empty-world.ts'
import { fetchingImageSource } from './image-source/fetching-image-source.ts'
import type { CloudObject } from './inventory.ts'

/** A clock that goes only when told to, or when somebody sleeps by it. */
export interface FakeClock {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  pass(ms: number): void
}

export function fakeClock(startMs = Date.UTC(2026, 10, 22)): FakeClock {
  let nowMs = startMs
  const pass = (ms: number) => {
    nowMs += ms
  }
  return { now: () => nowMs, sleep: async ms => pass(ms), pass }
}

export interface EmbeddedHarness extends CloudHarness {
  readonly cloud: EmbeddedCloud
  readonly clock: FakeClock
}

/**
 * An embedded cloud in fake time, for tests. Chance is fixed in the middle, so that everything takes as long
 * as usual, unless told otherwise.
 */
export function cloudInFakeTime(
  options: Partial<EmbeddedCloudOptions> & { clock?: FakeClock } = {},
): EmbeddedHarness {
  const { clock = fakeClock(), ...others } = options
  const { now, sleep } = clock
  const cloud = embeddedCloud({
    path: ':memory:',
    ...(others.path === undefined && { image: emptyWorld() }),
    latencyFactor: 1,
    now,
    sleep,
    random: () => 0.5,
    listedImages: new Map([[imageUrl, 2]]),
    imageSource: fetchingImageSource({ resolve: nowhere, isUnknownHostEmpty: true }),
    ...others,
  })
  let addressesGiven = 0
  return {
    cloud,
    clock,
    zone: 'rma1',
    network: 'public',
    image: 'debian-13',
    imageUrl,
    absentImageUrl: 'http://images.example.org/absent.raw',
    freeAddress: version => {
      addressesGiven += 1
      const address =
        version === 4 ? `203.0.113.${addressesGiven}` : `2001:db8::${addressesGiven.toString(16)}`
      return { version, address }
    },
    makeBucket: async bucket => cloud.makeBucket(bucket),
    publishedEvents: async () => cloud.publishedEvents(),
    async settle() {
      clock.pass(60_000)
      // What is fetched goes by no clock of ours.
      while (cloud.objects().some(isBeingFetched)) await new Promise(setImmediate)
    },
    close: async () => cloud.close(),
  }
}

const imageUrl = 'http://images.example.org/small.raw'

async function nowhere(host: string): Promise<never> {
  throw new Error(`${host} is not looked up in tests`)
}

function isBeingFetched({ kind, state, settlesAtMs }: CloudObject): boolean {
  return kind === 'image' && state === 'pending' && settlesAtMs === undefined
}
