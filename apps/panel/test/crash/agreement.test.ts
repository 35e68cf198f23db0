import { describe, expect, it } from 'vitest'
import type { CloudObject } from '../../src/cloud/embedded/inventory.ts'
import { checkAgreement } from './agreement.ts'
import { whole } from './judged.fixture.ts'
import { nothingSeen, type Seen } from './seen.ts'

const known = { href: '', uuid: '', name: 'n', tags: {} }
const part = { ...known, load_balancer: known }
const made = { zone: 'rma1', state: 'ready', key: 'a1/x' } as const

/** One of each kind but servers, as its owner sees it and as the cloud has it. */
const seen: Seen = {
  ...nothingSeen,
  volumes: [{ ...known, size_gb: 5, server_uuids: [] }],
  networks: [{ ...known, mtu: 1500 }],
  subnets: [
    {
      ...known,
      cidr: '10.0.0.0/24',
      network: { name: 'n' },
      gateway_address: null,
      dns_servers: ['9.9.9.9'],
    },
  ],
  snapshots: [{ ...known, size_gb: 5, status: 'available' }],
  floatingIps: [
    {
      ...known,
      network: '192.0.2.1/32',
      next_hop: '203.0.113.2',
      reverse_ptr: 'x',
      server: known,
      load_balancer: null,
    },
  ],
  serverGroups: [known],
  loadBalancers: [
    {
      ...known,
      status: 'running',
      flavor: { slug: 'lb-standard' },
      vip_addresses: [{ address: '203.0.113.4' }],
    },
  ],
  pools: [{ ...part, algorithm: 'round_robin', protocol: 'tcp' }],
  members: [{ ...part, address: '10.0.0.9', protocol_port: 80, enabled: true }],
  listeners: [{ ...part, protocol: 'tcp', protocol_port: 443, allowed_cidrs: [] }],
  monitors: [{ ...part, type: 'ping', delay_s: 2 }],
  routers: [
    {
      ...known,
      name: 'r',
      status: 'running',
      internet_gateway_addresses: [{ address: '203.0.113.5' }],
      interfaces: [{ uuid: '', network: known, addresses: [{ address: '10.0.0.1' }] }],
    },
  ],
  objectsUsers: [{ ...known, keys: [{ access_key: 'K' }] }],
  images: [known],
}
const objects = [
  { ...made, kind: 'volume', id: 'd1', sizeGb: 5 },
  { ...made, kind: 'network', id: 'n1', name: 'n', mtu: 1500 },
  { ...made, kind: 'subnet', id: 'b1', networkId: 'n1', cidr: '10.0.0.0/24', dnsServers: ['9.9.9.9'] },
  { ...made, kind: 'snapshot', id: 'x1', sizeGb: 5 },
  { ...made, kind: 'route', id: '192.0.2.1/32', nextHop: '203.0.113.2' },
  { ...made, kind: 'pointer', id: '192.0.2.1' },
  { ...made, kind: 'server-group', id: 'g1', name: 'n' },
  { ...made, kind: 'load-balancer', id: 'l1', name: 'n', flavor: 'lb-standard', portIds: ['p1'] },
  { ...made, kind: 'port', id: 'p1', addresses: [{ address: '203.0.113.4' }] },
  { ...made, kind: 'pool', id: 'm1', loadBalancerId: 'l1', algorithm: 'round_robin', protocol: 'tcp' },
  {
    ...made,
    kind: 'member',
    id: 'm2',
    loadBalancerId: 'l1',
    address: '10.0.0.9',
    protocolPort: 80,
    isEnabled: true,
  },
  {
    ...made,
    kind: 'listener',
    id: 'm3',
    loadBalancerId: 'l1',
    protocol: 'tcp',
    protocolPort: 443,
    allowedCidrs: [],
  },
  { ...made, kind: 'monitor', id: 'm4', loadBalancerId: 'l1', type: 'ping', delayS: 2 },
  { ...made, kind: 'router', id: 'r1', name: 'r' },
  { ...made, kind: 'port', id: 'p2', routerId: 'r1', addresses: [{ address: '203.0.113.5' }] },
  { ...made, kind: 'port', id: 'p3', routerId: 'r1', addresses: [{ address: '10.0.0.1' }] },
  { ...made, kind: 'objects-user', id: 'u1', accessKey: 'K' },
  { ...made, kind: 'image', id: 'i1', name: 'n' },
] as unknown as readonly CloudObject[]

const complaints = (shown: Seen, inCloud: readonly CloudObject[]) =>
  checkAgreement(shown, inCloud).map(({ object, what }) => `${object} ${what}`)

describe('what an owner sees, and what the cloud has', () => {
  it('agree', () => {
    expect(complaints(seen, objects)).toEqual([])
    expect(complaints(whole, whole.objects)).toEqual([])
  })

  it.each(objects.map(object => [object.kind, object]))(
    'disagree without a %s in the cloud',
    (_, missing) => {
      const without = objects.filter(object => object !== missing)

      expect(complaints(seen, without)).toContainEqual(
        expect.stringMatching(/^an owner is shown .* has not$/),
      )
    },
  )

  it.each(objects.map(object => [object.kind, object]))(
    'disagree over a second %s in the cloud',
    (_, more) => {
      const [complaint, ...others] = complaints(seen, [...objects, more])

      expect(complaint).toMatch(/^the cloud has .*, which no owner is shown$/)
      expect(others).toEqual([])
    },
  )

  it('disagree over where a floating IP leads', () => {
    const elsewhere = seen.floatingIps.map(floatingIp => ({ ...floatingIp, next_hop: '203.0.113.3' }))

    expect(complaints({ ...seen, floatingIps: elsewhere }, objects)).toEqual([
      'an owner is shown a route of 192.0.2.1/32 to 203.0.113.3, which the cloud has not',
      'the cloud has a route of 192.0.2.1/32 to 203.0.113.2, which no owner is shown',
    ])
  })

  it('disagree over whether a member takes part', () => {
    const off = seen.members.map(member => ({ ...member, enabled: false }))

    expect(complaints({ ...seen, members: off }, objects)).toEqual([
      'an owner is shown a member at 10.0.0.9:80, off, of n, which the cloud has not',
      'the cloud has a member at 10.0.0.9:80, on, of n, which no owner is shown',
    ])
  })

  it('disagree over what is in an error state', () => {
    const broken = objects.map(object => ({ ...object, state: 'broken' }) as CloudObject)

    expect(complaints(seen, broken)).toContain('route 192.0.2.1/32 is broken in the cloud')
  })
})
