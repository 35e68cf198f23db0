/** What every object of the API has, as far as the crash test looks. */
export interface SeenObject {
  readonly href: string
  readonly tags: { readonly [key: string]: string }
}

/** How others show an object that they belong to. */
interface Stub {
  readonly uuid: string
  readonly name: string
}

interface NamedObject extends SeenObject, Stub {}

export interface SeenServer extends NamedObject {
  readonly status: string
  readonly flavor: { readonly slug: string }
  readonly volumes: readonly { readonly uuid: string; readonly size_gb: number }[]
  readonly interfaces: readonly SeenInterface[]
}

export interface SeenInterface {
  readonly type: 'public' | 'private'
  readonly addresses: readonly SeenAddress[]
}

export interface SeenAddress {
  readonly address: string
}

export interface SeenVolume extends NamedObject {
  readonly size_gb: number
  readonly server_uuids: readonly string[]
}

export interface SeenNetwork extends NamedObject {
  readonly mtu: number
}

export interface SeenSubnet extends SeenObject {
  readonly cidr: string
  readonly network: { readonly name: string }
  readonly gateway_address: string | null
  readonly dns_servers: readonly string[]
}

export interface SeenSnapshot extends NamedObject {
  readonly size_gb: number
  readonly status: string
}

export interface SeenFloatingIp extends SeenObject {
  /** With its length: `192.0.2.1/32`. */
  readonly network: string
  readonly next_hop: string | null
  readonly reverse_ptr: string | null
  /** One of the two is null. */
  readonly server: Stub | null
  readonly load_balancer: Stub | null
}

export interface SeenLoadBalancer extends NamedObject {
  readonly status: string
  readonly flavor: { readonly slug: string }
  readonly vip_addresses: readonly SeenAddress[]
}

/** A part of a load balancer. */
interface SeenPart extends SeenObject {
  readonly load_balancer: Stub
}

export interface SeenPool extends SeenPart {
  readonly uuid: string
  readonly algorithm: string
  readonly protocol: string
}

export interface SeenMember extends SeenPart {
  readonly address: string
  readonly protocol_port: number
  readonly enabled: boolean
}

export interface SeenListener extends SeenPart {
  readonly protocol: string
  readonly protocol_port: number
  readonly allowed_cidrs: readonly string[]
}

export interface SeenMonitor extends SeenPart {
  readonly type: string
  readonly delay_s: number
}

export interface SeenRouter extends NamedObject {
  readonly status: string
  readonly internet_gateway_addresses: readonly SeenAddress[]
  readonly interfaces: readonly {
    readonly uuid: string
    readonly network: Stub
    readonly addresses: readonly SeenAddress[]
  }[]
}

export interface SeenObjectsUser extends SeenObject {
  readonly keys: readonly { readonly access_key: string }[]
}

export interface SeenImport extends SeenObject {
  readonly status: string
}

/** All that an owner sees. */
export interface Seen {
  readonly servers: readonly SeenServer[]
  readonly volumes: readonly SeenVolume[]
  readonly networks: readonly SeenNetwork[]
  readonly subnets: readonly SeenSubnet[]
  readonly snapshots: readonly SeenSnapshot[]
  readonly floatingIps: readonly SeenFloatingIp[]
  readonly serverGroups: readonly NamedObject[]
  readonly loadBalancers: readonly SeenLoadBalancer[]
  readonly pools: readonly SeenPool[]
  readonly members: readonly SeenMember[]
  readonly listeners: readonly SeenListener[]
  readonly monitors: readonly SeenMonitor[]
  readonly routers: readonly SeenRouter[]
  readonly objectsUsers: readonly SeenObjectsUser[]
  readonly images: readonly NamedObject[]
  /** By which images come: also such as have failed. */
  readonly imports: readonly SeenImport[]
}

export const nothingSeen: Seen = {
  servers: [],
  volumes: [],
  networks: [],
  subnets: [],
  snapshots: [],
  floatingIps: [],
  serverGroups: [],
  loadBalancers: [],
  pools: [],
  members: [],
  listeners: [],
  monitors: [],
  routers: [],
  objectsUsers: [],
  images: [],
  imports: [],
}

/** The same with what is answered for what was there and is not listed, by what the API names it. */
export interface SeenAndWhy extends Seen {
  readonly reasons: ReadonlyMap<string, string>
}

/** By what the API names an object: its uuid; of a floating IP its address. */
export function idOf({ href }: SeenObject): string {
  return href.replace(/^.*\//, '')
}

/** Whether a 404 is that of a creation that was rolled back. */
export function isTellingWhy(detail: string): boolean {
  return /^Not found\. Creation failed: .+ Nothing of it is left in your project\. \(incident \w+\)$/.test(
    detail,
  )
}
