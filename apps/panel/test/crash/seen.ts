/** What every object of the API has, as far as the crash test looks. */
export interface SeenObject {
  readonly href: string
  readonly tags: { readonly [key: string]: string }
}

interface NamedObject extends SeenObject {
  readonly uuid: string
  readonly name: string
}

export interface SeenServer extends NamedObject {
  readonly status: string
  readonly flavor: { readonly slug: string }
  readonly volumes: readonly { readonly uuid: string; readonly size_gb: number }[]
  readonly interfaces: readonly SeenInterface[]
}

export interface SeenInterface {
  readonly type: 'public' | 'private'
  readonly addresses: readonly { readonly address: string }[]
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
  readonly server: { readonly uuid: string } | null
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
}

export const nothingSeen: Seen = {
  servers: [],
  volumes: [],
  networks: [],
  subnets: [],
  snapshots: [],
  floatingIps: [],
  serverGroups: [],
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
