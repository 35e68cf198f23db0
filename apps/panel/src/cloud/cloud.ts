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
