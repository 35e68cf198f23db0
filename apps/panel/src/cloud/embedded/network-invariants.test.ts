import { Exception } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cidr, containsHost, overlap, parseCidr } from '../../addressing/cidr.ts'
import { cloudInFakeTime, type EmbeddedHarness } from './fake-time.ts'
import { faultKinds } from './fault-order.ts'
import type { CloudObject } from './inventory.ts'
import { cloudOperations } from './operations.ts'

/** Longer than the latest effect and all that it puts in motion. */
const agesMs = 10 * 60_000

/** One thing that a user, an operator or time does. Objects are chosen by number among those there are. */
type Move = (harness: EmbeddedHarness) => Promise<unknown>

const zone = fc.constantFrom('rma1', 'lpg1')
const key = fc.constantFrom('key-1', 'key-2', 'key-3')
const choice = fc.nat(20)
const cidr = fc.constantFrom('10.0.0.0/24', '10.0.0.0/23', '10.0.1.0/24', '2001:db8::/64')
const gateway = fc.constantFrom(null, '10.0.0.1', '10.0.1.1', '2001:db8::1')
const address = fc.constantFrom(
  { version: 4, address: '10.0.0.1' } as const,
  { version: 4, address: '10.0.1.7' } as const,
  { version: 6, address: '2001:0db8:0::7' } as const,
)

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.tuple(key, zone).map(
    ([key, zone]): Move =>
      ({ cloud }) =>
        cloud.network.createNetwork({ key, zone, name: 'backend', mtu: 1500 }),
  ),
  fc.tuple(choice, fc.integer({ min: 68, max: 9000 })).map(
    ([at, mtu]): Move =>
      harness =>
        harness.cloud.network.setMtu(idOf(harness, 'network', at), mtu),
  ),
  choice.map(
    (at): Move =>
      harness =>
        harness.cloud.network.deleteNetwork(idOf(harness, 'network', at)),
  ),
  {
    weight: 3,
    arbitrary: fc.record({ at: choice, key, cidr, gateway }).map(
      ({ at, ...subnet }): Move =>
        harness =>
          harness.cloud.network.createSubnet({
            ...subnet,
            networkId: idOf(harness, 'network', at),
            dnsServers: [],
          }),
    ),
  },
  fc.tuple(choice, gateway).map(
    ([at, gateway]): Move =>
      harness =>
        harness.cloud.network.setSubnet(idOf(harness, 'subnet', at), { gateway, dnsServers: ['192.0.2.1'] }),
  ),
  choice.map(
    (at): Move =>
      harness =>
        harness.cloud.network.deleteSubnet(idOf(harness, 'subnet', at)),
  ),
  {
    weight: 3,
    arbitrary: fc.record({ at: choice, key, addresses: fc.array(address, { maxLength: 2 }) }).map(
      ({ at, ...port }): Move =>
        harness => {
          const network = idOf(harness, 'network', at)
          const zone = harness.cloud.objects().find(({ id }) => id === network)?.zone ?? 'rma1'
          return harness.cloud.network.createPort({ ...port, zone, network })
        },
    ),
  },
  choice.map(
    (at): Move =>
      harness =>
        harness.cloud.network.deletePort(idOf(harness, 'port', at)),
  ),
  fc.tuple(key, fc.constantFrom('announce', 'withdraw')).map(
    ([key, call]): Move =>
      ({ cloud }) =>
        call === 'announce'
          ? cloud.routes.announce({ key, prefix: '192.0.2.1/32', nextHop: '203.0.113.1' })
          : cloud.routes.withdraw('192.0.2.1/32', key),
  ),
  fc.tuple(fc.constantFrom('network', 'subnet', 'port', 'route'), choice).map(
    ([kind, at]): Move =>
      async harness =>
        harness.cloud.damage(idOf(harness, kind, at)),
  ),
  fc
    .array(
      fc.record({
        operation: fc.constantFrom(...cloudOperations.filter(name => /^(network|routes)\./.test(name))),
        kind: fc.constantFrom(...faultKinds.filter(kind => kind !== 'crash')),
        times: fc.integer({ min: 1, max: 3 }),
        delayMs: fc.nat(20_000),
      }),
      { maxLength: 4 },
    )
    .map(
      (orders): Move =>
        async ({ cloud }) =>
          cloud.faults.replace(orders),
    ),
  fc.nat(2000).map(
    (ms): Move =>
      async ({ clock }) =>
        clock.pass(ms),
  ),
)

describe('whatever is asked of the networks of the embedded cloud, in whatever order', () => {
  it('subnets stay apart, ports stay on what is there, and everything settles', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(moves, { maxLength: 80, size: 'max' }),
        fc.constantFrom(0, 1),
        async (sequence, latencyFactor) => {
          const harness = cloudInFakeTime({ latencyFactor })
          for (const move of sequence) {
            await move(harness).catch(onlyWhatCloudsAnswer)
            expectSoundness(harness.cloud.objects())
          }
          harness.clock.pass(agesMs)
          const settled = harness.cloud.objects()
          expectSoundness(settled)
          expect(settled.filter(({ state }) => state === 'pending')).toEqual([])
          harness.cloud.close()
        },
      ),
      { numRuns: 120 },
    )
  })

  it('it is the same world however often anybody looks at it while time passes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moves, { maxLength: 60, size: 'max' }), async sequence => {
        const outlines: unknown[] = []
        for (const looks of [1, 50]) {
          const harness = cloudInFakeTime()
          for (const move of sequence) await move(harness).catch(onlyWhatCloudsAnswer)
          for (let look = 0; look < looks; look++) {
            harness.clock.pass(agesMs / looks)
            harness.cloud.objects()
          }
          outlines.push(harness.cloud.objects().map(outlineOf))
          harness.cloud.close()
        }
        expect(outlines[0]).toEqual(outlines[1])
      }),
      { numRuns: 30 },
    )
  })
})

function expectSoundness(objects: readonly CloudObject[]): void {
  const networks = new Set(objects.filter(({ kind }) => kind === 'network').map(({ id }) => id))
  const subnets = objects.filter(object => object.kind === 'subnet')
  const ports = objects.filter(object => object.kind === 'port')

  for (const { networkId } of subnets) expect(networks).toContain(networkId)
  for (const { network } of ports) expect(networks).toContain(network)

  for (const one of subnets) {
    for (const other of subnets) {
      if (one === other || one.networkId !== other.networkId) continue
      expect(overlap(rangeOf(one), rangeOf(other)), `${one.cidr} and ${other.cidr}`).toBe(false)
    }
    if (one.gateway !== undefined) expect(containsHost(rangeOf(one), one.gateway)).toBe(true)
  }

  const taken = ports.flatMap(({ network, addresses }) =>
    addresses.map(({ address }) => ({ network, address })),
  )
  for (const { network, address } of taken) {
    const around = subnets.filter(
      subnet => subnet.networkId === network && containsHost(rangeOf(subnet), address),
    )
    expect(around, `${address} of ${network}`).toHaveLength(1)
  }
  expect(new Set(taken.map(({ network, address }) => `${address} of ${network}`)).size).toBe(taken.length)

  for (const { state, fault, settlesAtMs } of objects) {
    expect(fault !== undefined).toBe(state === 'broken')
    expect(settlesAtMs !== undefined).toBe(state === 'pending')
  }
}

function rangeOf({ cidr }: { cidr: string }): Cidr {
  return parseCidr(cidr) as Cidr
}

/** An object without its ids, which are another's in another world. */
function outlineOf(object: CloudObject): unknown {
  return { ...object, id: object.kind, network: undefined, networkId: undefined }
}

function idOf({ cloud }: EmbeddedHarness, kind: CloudObject['kind'], at: number): string {
  const candidates = cloud.objects().filter(object => object.kind === kind)
  return candidates[at % candidates.length]?.id ?? 'absent'
}

function onlyWhatCloudsAnswer(thrown: unknown): void {
  if (!(thrown instanceof Exception) || thrown.category !== 'dependency') throw thrown
}
