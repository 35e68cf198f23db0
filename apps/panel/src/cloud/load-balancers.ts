import type { Listed, ListPage, ObjectState } from './cloud.ts'

export const balancingAlgorithms = ['round_robin', 'least_connections', 'source_ip'] as const
export const poolProtocols = ['tcp', 'proxy', 'proxyv2', 'udp'] as const
export const listenerProtocols = ['tcp', 'udp'] as const
export const monitorTypes = ['ping', 'tcp', 'http', 'https', 'tls-hello', 'udp-connect'] as const

export interface NewCloudLoadBalancer {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly zone: string
  readonly name: string
  readonly flavor: string
  /** What it is reached by: ports that are ready, at least one. */
  readonly portIds: readonly string[]
}

export interface CloudLoadBalancer {
  readonly id: string
  /** Pending, too, while something below it changes. */
  readonly status: ObjectState
}

/** Where connections are handed on to. */
export interface CloudPool {
  readonly kind: 'pool'
  readonly algorithm: (typeof balancingAlgorithms)[number]
  readonly protocol: (typeof poolProtocols)[number]
}

/** One of those that a pool hands connections to. */
export interface CloudMember extends MemberSettings {
  readonly kind: 'member'
  readonly poolId: string
  readonly subnetId: string
  readonly address: string
  readonly protocolPort: number
  /** Null for the same port. */
  readonly monitorPort: number | null
}

export interface MemberSettings {
  readonly isEnabled: boolean
}

/** Where a load balancer takes connections, and the pool that it hands them to. */
export interface CloudListener extends ListenerSettings {
  readonly kind: 'listener'
  readonly poolId: string
}

export interface ListenerSettings {
  readonly protocol: (typeof listenerProtocols)[number]
  readonly protocolPort: number
  /** Who may connect; nobody is kept out by an empty list. */
  readonly allowedCidrs: readonly string[]
  readonly timeoutClientDataMs: number
  readonly timeoutMemberConnectMs: number
  readonly timeoutMemberDataMs: number
}

/** How a pool's members are looked after. A pool has at most one. */
export interface CloudMonitor extends MonitorSettings {
  readonly kind: 'monitor'
  readonly poolId: string
  readonly type: (typeof monitorTypes)[number]
}

export interface MonitorSettings {
  /** From one check to the next, in seconds. */
  readonly delayS: number
  /** How long a check may take, in seconds. */
  readonly timeoutS: number
  /** How many checks in a row must succeed until a member counts as up. */
  readonly upThreshold: number
  readonly downThreshold: number
  /** What is asked, and which answers are good; null where nothing is asked by HTTP. */
  readonly http: HttpCheck | null
}

export interface HttpCheck {
  readonly method: string
  readonly urlPath: string
  readonly version: '1.0' | '1.1'
  readonly host: string | null
  /** Single codes, or one range: `200-204`. */
  readonly expectedCodes: readonly string[]
}

/** What a load balancer is put together from. */
export type LoadBalancerPart = CloudPool | CloudMember | CloudListener | CloudMonitor

/** What can be changed about a part later, of what its kind has. */
export type PartSettings = MemberSettings | ListenerSettings | MonitorSettings

export interface NewLoadBalancerPart {
  /** The key of the step that makes it: stays on the object, so that it can be found again. */
  readonly key: string
  readonly loadBalancerId: string
  readonly part: LoadBalancerPart
}

export interface CloudLoadBalancerPart {
  readonly id: string
  readonly loadBalancerId: string
  readonly part: LoadBalancerPart
  readonly status: ObjectState
}

/** Unknown until a monitor has come to a verdict, and where the member is switched off. */
export type MemberHealth = 'up' | 'down' | 'unknown' | 'no_monitor'

export interface HealthOfMember {
  readonly loadBalancerId: string
  readonly memberId: string
  readonly isEnabled: boolean
  readonly health: MemberHealth
}

/**
 * Load balancers, and the pools, members, listeners and monitors that each is put together from. One thing at a time
 * changes about a load balancer: whoever wants another one meanwhile is told that it is busy. A change is `pending`, then
 * as asked for: until then, and where it failed, all is as it was. Reads are as fresh as effects. All calls throw the
 * exceptions of `cloud/exceptions.ts`.
 */
export interface LoadBalancers {
  createLoadBalancer(loadBalancer: NewCloudLoadBalancer, signal?: AbortSignal): Promise<CloudLoadBalancer>
  /** Every load balancer that carries the key, oldest first. */
  findLoadBalancers(key: string, signal?: AbortSignal): Promise<readonly CloudLoadBalancer[]>
  /** The load balancer, or undefined once it is gone. */
  getLoadBalancer(id: string, signal?: AbortSignal): Promise<CloudLoadBalancer | undefined>
  listLoadBalancers(page: ListPage, signal?: AbortSignal): Promise<readonly Listed<CloudLoadBalancer>[]>
  /** Accepts the deletion; all that it is put together from goes with it, its ports stay. Deleting an absent one is success. */
  deleteLoadBalancer(id: string, signal?: AbortSignal): Promise<void>
  /** @throws {CloudRefusedException} it names a pool of another load balancer, or is the second monitor of its pool */
  createPart(part: NewLoadBalancerPart, signal?: AbortSignal): Promise<CloudLoadBalancerPart>
  /** Every part that carries the key, oldest first. */
  findParts(key: string, signal?: AbortSignal): Promise<readonly CloudLoadBalancerPart[]>
  /** The part, or undefined once it is gone. */
  getPart(id: string, signal?: AbortSignal): Promise<CloudLoadBalancerPart | undefined>
  /** A page of all parts of a kind, of all load balancers. */
  listParts(
    kind: LoadBalancerPart['kind'],
    page: ListPage,
    signal?: AbortSignal,
  ): Promise<readonly Listed<CloudLoadBalancerPart>[]>
  /** Accepts other settings for a member, listener or monitor; those that it has are success, and settle an error state. */
  setPart(id: string, settings: PartSettings, signal?: AbortSignal): Promise<void>
  /**
   * Accepts the deletion; a pool's members and monitor go with it. Deleting an absent one is success.
   *
   * @throws {CloudObjectInUseException} a listener hands its connections to the pool
   */
  deletePart(id: string, signal?: AbortSignal): Promise<void>
  /** The health of all members of these load balancers; of those that are gone there is none. */
  healthOfMembers(
    loadBalancerIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly HealthOfMember[]>
}
