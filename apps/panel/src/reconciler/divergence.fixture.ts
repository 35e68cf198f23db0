import { newTxId } from 'evenkeel'
import fc from 'fast-check'
import type { EmbeddedCloud } from '../cloud/embedded/embedded-cloud.ts'
import type { CloudObject } from '../cloud/embedded/inventory.ts'
import { callsFor, type ObjectKind } from '../cloud/object-kinds.ts'

/** Something that somebody does at the cloud past the panel. */
export type Divergence =
  | { readonly kind: 'made'; readonly what: keyof typeof makers; readonly whose: Whose; readonly by: number }
  | { readonly kind: 'removed'; readonly what: ObjectKind; readonly at: number }
  | { readonly kind: 'changed'; readonly how: keyof typeof changers; readonly at: number }

/** `ours`: with the key of an action that is known. `unknown`: with that of one that is not. `foreign`: with none of ours. */
export type Whose = 'ours' | 'unknown' | 'foreign'

/** What can be there without a record. */
const makers = {
  volume: (cloud: EmbeddedCloud, key: string) =>
    cloud.volumes.createVolume({
      key,
      zone: 'rma1',
      sizeGb: 10,
      type: 'ssd',
      image: undefined,
      snapshotId: undefined,
    }),
  port: (cloud: EmbeddedCloud, key: string, by: number) =>
    cloud.network.createPort({
      key,
      zone: 'rma1',
      network: 'public',
      addresses: [{ version: 4, address: `198.51.100.${by}` }],
    }),
  network: (cloud: EmbeddedCloud, key: string) =>
    cloud.network.createNetwork({ key, zone: 'rma1', name: 'left over', mtu: 1500 }),
  router: (cloud: EmbeddedCloud, key: string) =>
    cloud.network.createRouter({ key, zone: 'rma1', name: 'left over', gatewayPortId: undefined }),
  'server-group': (cloud: EmbeddedCloud, key: string) =>
    cloud.compute.createServerGroup({ key, zone: 'rma1', name: 'left over' }),
  'objects-user': (cloud: EmbeddedCloud, key: string, by: number) =>
    cloud.objectStorage.createUser({
      key,
      id: `${key}-${by}`.replaceAll('/', '-'),
      accessKey: `${key}${by}`,
      secretKey: 's',
    }),
  pointer: (cloud: EmbeddedCloud, key: string, by: number) =>
    cloud.dns.setPointer({ key, address: `203.0.113.${by}`, name: 'left-over.example.org' }),
  route: (cloud: EmbeddedCloud, key: string, by: number) =>
    cloud.routes.announce({ key, prefix: `203.0.113.${by}/32`, nextHop: '198.51.100.1' }),
}

/** What can be otherwise about an object of a kind. */
const changers = {
  power: {
    kind: 'server',
    change: ({ compute }: EmbeddedCloud, { id }: CloudObject) => compute.stopServer(id),
  },
  size: {
    kind: 'server',
    change: ({ compute }: EmbeddedCloud, { id }: CloudObject) =>
      compute.resizeServer(id, { vcpuCount: 2, memoryGb: 4, gpuCount: 0 }),
  },
  mtu: {
    kind: 'network',
    change: ({ network }: EmbeddedCloud, { id }: CloudObject) => network.setMtu(id, 1300),
  },
  subnet: {
    kind: 'subnet',
    change: ({ network }: EmbeddedCloud, { id }: CloudObject) =>
      network.setSubnet(id, { gateway: null, dnsServers: ['192.0.2.53'] }),
  },
  member: {
    kind: 'member',
    change: ({ loadBalancers }: EmbeddedCloud, { id }: CloudObject) =>
      loadBalancers.setPart(id, { isEnabled: false }),
  },
  pointer: {
    kind: 'pointer',
    change: ({ dns }: EmbeddedCloud, { id, key }: CloudObject) =>
      dns.setPointer({ address: id, key, name: 'astray.example.org' }),
  },
  route: {
    kind: 'route',
    change: ({ routes }: EmbeddedCloud, { id, key }: CloudObject) =>
      routes.announce({ prefix: id, key, nextHop: '198.51.100.9' }),
  },
  attachment: {
    kind: 'volume',
    change: ({ compute }: EmbeddedCloud, volume: CloudObject) =>
      compute.detachVolume('serverId' in volume ? (volume.serverId ?? '') : '', volume.id),
  },
} as const

export const divergences: fc.Arbitrary<readonly Divergence[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('made' as const),
      what: fc.constantFrom(...(Object.keys(makers) as (keyof typeof makers)[])),
      whose: fc.constantFrom<Whose>('ours', 'unknown', 'foreign'),
      by: fc.integer({ min: 10, max: 200 }),
    }),
    fc.record({
      kind: fc.constant('removed' as const),
      what: fc.constantFrom<ObjectKind>('route', 'pointer', 'server', 'member', 'volume', 'load-balancer'),
      at: fc.nat({ max: 5 }),
    }),
    fc.record({
      kind: fc.constant('changed' as const),
      how: fc.constantFrom(...(Object.keys(changers) as (keyof typeof changers)[])),
      at: fc.nat({ max: 5 }),
    }),
  ),
  { maxLength: 8 },
)

/** Does it; what the cloud refuses, since something else was done before, has not happened. */
export async function diverge(
  cloud: EmbeddedCloud,
  divergence: Divergence,
  knownActionId: string,
): Promise<void> {
  try {
    if (divergence.kind === 'made') {
      const { what, whose, by } = divergence
      const actionId = whose === 'ours' ? knownActionId : newTxId()
      await makers[what](cloud, whose === 'foreign' ? `somebody/${by}` : `${actionId}/some.step/${by}`, by)
      return
    }
    const kind = divergence.kind === 'removed' ? divergence.what : changers[divergence.how].kind
    const all = cloud.objects().filter(object => object.kind === kind)
    const object = all[divergence.at % all.length]
    if (object === undefined) return
    if (divergence.kind === 'removed') await callsFor(divergence.what).remove(cloud, object.id, object.key)
    else await changers[divergence.how].change(cloud, object)
  } catch (thrown) {
    if ((thrown as { category?: string }).category !== 'dependency') throw thrown
  }
}
