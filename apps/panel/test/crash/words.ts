// The words in which an object is the same, whether its owner or the cloud shows it.

interface Server {
  readonly vcpuCount: number
  readonly memoryGb: number
  readonly power: string
}

export function serverInWords(name: string, { vcpuCount, memoryGb, power }: Server): string {
  return `server ${name} with ${vcpuCount} vCPUs and ${memoryGb} GB, ${power}`
}

/** @param owner the name of the server, load balancer or router that it is of; undefined for nobody's */
export function portInWords(
  owner: string | undefined,
  addresses: readonly { readonly address: string }[],
): string {
  const listed = addresses.map(({ address }) => address).toSorted()
  return `a port of ${owner ?? 'nobody'} with ${listed.join(' and ') || 'no address'}`
}

export function volumeInWords(sizeGb: number, server: string | undefined): string {
  return `a volume of ${sizeGb} GB at ${server ?? 'nobody'}`
}

export function networkInWords(name: string, mtu: number): string {
  return `network ${name} with an MTU of ${mtu}`
}

interface Subnet {
  readonly cidr: string
  readonly gateway: string | undefined
  readonly dnsServers: readonly string[]
}

export function subnetInWords(network: string | undefined, { cidr, gateway, dnsServers }: Subnet): string {
  const told = dnsServers.join(' and ') || 'no name servers'
  return `subnet ${cidr} of ${network} with ${gateway ?? 'no gateway'} and ${told}`
}

export function snapshotInWords(sizeGb: number): string {
  return `a snapshot of ${sizeGb} GB`
}

export function routeInWords(network: string, nextHop: string): string {
  return `a route of ${network} to ${nextHop}`
}

export function pointerInWords(address: string): string {
  return `a pointer of ${address}`
}

/** A part of a load balancer, as both sides know it. */
export type Part =
  | { readonly kind: 'pool'; readonly algorithm: string; readonly protocol: string }
  | {
      readonly kind: 'member'
      readonly address: string
      readonly protocolPort: number
      readonly isEnabled: boolean
    }
  | {
      readonly kind: 'listener'
      readonly protocol: string
      readonly protocolPort: number
      readonly allowedCidrs: readonly string[]
    }
  | { readonly kind: 'monitor'; readonly type: string; readonly delayS: number }

export function partInWords(loadBalancer: string | undefined, part: Part): string {
  return `${describe(part)}, of ${loadBalancer}`
}

function describe(part: Part): string {
  switch (part.kind) {
    case 'pool':
      return `a pool for ${part.protocol} by ${part.algorithm}`
    case 'member':
      return `a member at ${part.address}:${part.protocolPort}, ${part.isEnabled ? 'on' : 'off'}`
    case 'listener':
      return `a listener on ${part.protocol} ${part.protocolPort} for ${part.allowedCidrs.join(' and ') || 'all'}`
    case 'monitor':
      return `a monitor by ${part.type} every ${part.delayS} s`
  }
}
