import type { Compute } from './compute.ts'
import type { Dns } from './dns.ts'
import type { Events } from './events.ts'
import type { Images } from './images.ts'
import type { LoadBalancers } from './load-balancers.ts'
import type { Network } from './network.ts'
import type { ObjectStorage } from './object-storage.ts'
import type { Routes } from './routes.ts'
import type { Volumes } from './volumes.ts'

/** The outside systems that the panel's actions work on. Every port has an embedded adapter and real ones. */
export interface Cloud {
  readonly compute: Compute
  readonly network: Network
  readonly volumes: Volumes
  readonly loadBalancers: LoadBalancers
  readonly images: Images
  readonly objectStorage: ObjectStorage
  readonly dns: Dns
  readonly routes: Routes
  readonly events: Events
}

/**
 * The state of an object at the cloud. Accepted is not done: `pending` settles later, in `ready` or in
 * `broken`, whose `fault` says why.
 */
export type ObjectState =
  | { readonly state: 'pending' }
  | { readonly state: 'ready' }
  | { readonly state: 'broken'; readonly fault: string }

/**
 * Part of all objects of a kind, whoever made them, in ascending order of their ids, code unit by code unit. What is there from
 * the first page to the last is in exactly one of them, whatever comes and goes meanwhile.
 */
export interface ListPage {
  /** The id that the page begins behind. @default none: it is the first one */
  readonly after?: string | undefined
  /** How many objects it has at most, at least 1. The cloud may give fewer; only an empty page is the end. */
  readonly limit: number
}

/** An object as a listing shows it, among others that we may not have made. */
export type Listed<T> = Omit<T, 'key'> & {
  /** The key of the step that made it; undefined if it carries none of ours. */
  readonly key: string | undefined
  /** In milliseconds since 1970. */
  readonly madeAtMs: number
}
