import { createHash } from 'node:crypto'

/** A range of public addresses that we give to servers ourselves. */
export interface Subnet {
  readonly uuid: string
  readonly cidr: string
  readonly version: 4 | 6
  readonly zone: string
  readonly gateway: string
  /** How many addresses it has to give: `addressAt(0)` up to `addressAt(size - 1)`. */
  readonly size: number
  addressAt(index: number): string
}

/** The public network of a zone, which all its public addresses belong to. */
export interface PublicNetwork {
  readonly uuid: string
  readonly name: string
}

// Ranges that nobody routes: for documentation first (RFC 5737, RFC 3849), then for benchmarks (RFC 2544).
const subnetsByZone: { readonly [zone: string]: readonly Subnet[] } = {
  rma1: [ipv4Subnet('rma1', '203.0.113'), ...allOf('rma1', '198.18'), ipv6Subnet('rma1', '2001:db8:1')],
  lpg1: [ipv4Subnet('lpg1', '198.51.100'), ...allOf('lpg1', '198.19'), ipv6Subnet('lpg1', '2001:db8:2')],
}

const subnetsByCidr: ReadonlyMap<string, Subnet> = new Map(
  Object.values(subnetsByZone)
    .flat()
    .map(subnet => [subnet.cidr, subnet]),
)

/** The zone's subnets of one version, in the order in which they are used up. */
export function subnetsOf(zone: string, version: 4 | 6): readonly Subnet[] {
  return subnetsByZone[zone]?.filter(subnet => subnet.version === version) ?? []
}

/** The subnet with this CIDR, if it is one of ours. */
export function findSubnet(cidr: string): Subnet | undefined {
  return subnetsByCidr.get(cidr)
}

export function publicNetworkOf(zone: string): PublicNetwork {
  let network = publicNetworks.get(zone)
  if (network === undefined) {
    network = { uuid: uuidFor(`public network ${zone}`), name: 'Public' }
    publicNetworks.set(zone, network)
  }
  return network
}

/** Those that were asked for: each server in a list has one. */
const publicNetworks = new Map<string, PublicNetwork>()

function allOf(zone: string, start: string): Subnet[] {
  return Array.from({ length: 256 }, (_, at) => ipv4Subnet(zone, `${start}.${at}`))
}

function ipv4Subnet(zone: string, start: string): Subnet {
  const cidr = `${start}.0/24`
  return {
    uuid: uuidFor(cidr),
    cidr,
    version: 4,
    zone,
    gateway: `${start}.1`,
    size: 253, // neither the network's address, nor the gateway's, nor the one for broadcasts
    addressAt: index => `${start}.${index + 2}`,
  }
}

function ipv6Subnet(zone: string, start: string): Subnet {
  const cidr = `${start}::/64`
  return {
    uuid: uuidFor(cidr),
    cidr,
    version: 6,
    zone,
    gateway: `${start}::1`,
    size: 0xffff - 0x10, // its last group only, so that addresses stay short to read
    addressAt: index => `${start}::${(index + 0x10).toString(16)}`,
  }
}

// A name-based UUID (RFC 9562, version 8): what is fixed in code has the same id in every process.
function uuidFor(name: string): string {
  const hash = createHash('sha256').update(`evenkeel ${name}`).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
