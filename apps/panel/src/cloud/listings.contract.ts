import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cloud, Listed, ListPage } from './cloud.ts'
import {
  acceptedServer,
  type CloudHarness,
  listenerOf,
  memberOf,
  monitorOf,
  newImport,
  newKey,
  newLoadBalancer,
  newStorageUser,
  type OpenCloud,
  readyLoadBalancer,
  readyNetwork,
  readyPart,
  readyPort,
  readySubnet,
  readyVolume,
  somePool,
} from './cloud-harness.ts'
import { CloudTimeoutException } from './exceptions.ts'
import type { LoadBalancerPart } from './load-balancers.ts'

interface Made {
  readonly id: string
  readonly key: string
}

/** How a kind of objects is worked with. */
interface Kind {
  list(cloud: Cloud, page: ListPage, signal?: AbortSignal): Promise<readonly Listed<{ id: string }>[]>
  get(cloud: Cloud, id: string): Promise<object | undefined>
  make(harness: CloudHarness): Promise<Made>
  remove(cloud: Cloud, made: Made): Promise<void>
}

const kinds: { readonly [name: string]: Kind } = {
  servers: {
    list: ({ compute }, page, signal) => compute.listServers(page, signal),
    get: ({ compute }, id) => compute.getServer(id),
    make: acceptedServer,
    remove: ({ compute }, { id }) => compute.deleteServer(id),
  },
  'server groups': {
    list: ({ compute }, page, signal) => compute.listServerGroups(page, signal),
    get: ({ compute }, id) => compute.getServerGroup(id),
    make: ({ cloud, zone }) =>
      withKey(key => cloud.compute.createServerGroup({ key, zone, name: 'contract' })),
    remove: ({ compute }, { id }) => compute.deleteServerGroup(id),
  },
  ports: {
    list: ({ network }, page, signal) => network.listPorts(page, signal),
    get: ({ network }, id) => network.getPort(id),
    make: ({ cloud, zone, network, freeAddress }) =>
      withKey(key => cloud.network.createPort({ key, zone, network, addresses: [freeAddress(4)] })),
    remove: ({ network }, { id }) => network.deletePort(id),
  },
  networks: {
    list: ({ network }, page, signal) => network.listNetworks(page, signal),
    get: ({ network }, id) => network.getNetwork(id),
    make: ({ cloud, zone }) =>
      withKey(key => cloud.network.createNetwork({ key, zone, name: 'contract', mtu: 1500 })),
    remove: ({ network }, { id }) => network.deleteNetwork(id),
  },
  subnets: {
    list: ({ network }, page, signal) => network.listSubnets(page, signal),
    get: ({ network }, id) => network.getSubnet(id),
    async make(harness) {
      const { id: networkId } = await readyNetwork(harness)
      const wanted = { networkId, cidr: '10.0.0.0/24', gateway: '10.0.0.1', dnsServers: ['192.0.2.53'] }
      return withKey(key => harness.cloud.network.createSubnet({ key, ...wanted }))
    },
    remove: ({ network }, { id }) => network.deleteSubnet(id),
  },
  routers: {
    list: ({ network }, page, signal) => network.listRouters(page, signal),
    get: ({ network }, id) => network.getRouter(id),
    make: ({ cloud, zone }) =>
      withKey(key => cloud.network.createRouter({ key, zone, name: 'contract', gatewayPortId: undefined })),
    remove: ({ network }, { id }) => network.deleteRouter(id),
  },
  volumes: {
    list: ({ volumes }, page, signal) => volumes.listVolumes(page, signal),
    get: ({ volumes }, id) => volumes.getVolume(id),
    make: ({ cloud, zone }) => {
      const wanted = { zone, sizeGb: 1, type: 'ssd', image: undefined, snapshotId: undefined } as const
      return withKey(key => cloud.volumes.createVolume({ key, ...wanted }))
    },
    remove: ({ volumes }, { id }) => volumes.deleteVolume(id),
  },
  snapshots: {
    list: ({ volumes }, page, signal) => volumes.listSnapshots(page, signal),
    get: ({ volumes }, id) => volumes.getSnapshot(id),
    async make(harness) {
      const { id: volumeId } = await readyVolume(harness)
      return withKey(key => harness.cloud.volumes.createSnapshot({ key, volumeId }))
    },
    remove: ({ volumes }, { id }) => volumes.deleteSnapshot(id),
  },
  'imported images': {
    list: ({ images }, page, signal) => images.listImports(page, signal),
    get: ({ images }, id) => images.getImport(id),
    make: harness => withKey(key => harness.cloud.images.importImage(newImport(harness, { key }))),
    remove: ({ images }, { id }) => images.deleteImport(id),
  },
  'load balancers': {
    list: ({ loadBalancers }, page, signal) => loadBalancers.listLoadBalancers(page, signal),
    get: ({ loadBalancers }, id) => loadBalancers.getLoadBalancer(id),
    async make(harness) {
      const { id } = await readyPort(harness)
      return withKey(key =>
        harness.cloud.loadBalancers.createLoadBalancer({ ...newLoadBalancer(harness, key), portIds: [id] }),
      )
    },
    remove: ({ loadBalancers }, { id }) => loadBalancers.deleteLoadBalancer(id),
  },
  pools: partsOf('pool', async () => somePool),
  members: partsOf('member', async (poolId, harness) =>
    memberOf(poolId, (await readySubnet(harness, (await readyNetwork(harness)).id)).id),
  ),
  listeners: partsOf('listener', async poolId => listenerOf(poolId)),
  monitors: partsOf('monitor', async poolId => monitorOf(poolId)),
  'objects users': {
    list: ({ objectStorage }, page, signal) => objectStorage.listUsers(page, signal),
    get: ({ objectStorage }, id) => objectStorage.getUser(id),
    make: ({ cloud }) => withKey(key => cloud.objectStorage.createUser(newStorageUser(key))),
    remove: ({ objectStorage }, { id }) => objectStorage.deleteUser(id),
  },
  pointers: {
    list: ({ dns }, page, signal) => dns.listPointers(page, signal),
    get: ({ dns }, id) => dns.getPointer(id),
    make: ({ cloud, freeAddress }) => {
      const { address } = freeAddress(4)
      return withKey(key => cloud.dns.setPointer({ key, address, name: 'contract.example.org' }))
    },
    remove: ({ dns }, { id, key }) => dns.removePointer(id, key),
  },
  routes: {
    list: ({ routes }, page, signal) => routes.listRoutes(page, signal),
    get: ({ routes }, id) => routes.getRoute(id),
    make: ({ cloud, freeAddress }) => {
      const [prefix, nextHop] = [`${freeAddress(4).address}/32`, freeAddress(4).address]
      return withKey(key => cloud.routes.announce({ key, prefix, nextHop }))
    },
    remove: ({ routes }, { id, key }) => routes.withdraw(id, key),
  },
}

/** What every `Cloud` must do to be compared with the records, kind by kind. */
export function listingsContract(name: string, open: OpenCloud): void {
  describe.each(Object.entries(kinds))(`${name} listing %s`, (_, { list, get, make, remove }) => {
    let harness: CloudHarness
    let cloud: Cloud
    beforeEach(async () => {
      harness = await open()
      cloud = harness.cloud
    })
    afterEach(() => harness.close())

    const makeSome = async (count: number) => {
      const made: Made[] = []
      while (made.length < count) {
        made.push(await make(harness))
        await harness.settle()
      }
      return made.toSorted((one, other) => (one.id < other.id ? -1 : 1))
    }
    /** All pages but the last, which is empty. @param afterFirst what happens when the first has been read */
    const pagesOf = async (limit: number, afterFirst = async () => {}) => {
      const pages: string[][] = []
      for (;;) {
        const page = await list(cloud, { after: pages.at(-1)?.at(-1), limit })
        if (page.length === 0) return pages
        pages.push(page.map(({ id }) => id))
        if (pages.length === 1) await afterFirst()
      }
    }

    it('shows each as it is shown alone, with its key, and the older with an earlier time', async () => {
      const first = await make(harness)
      await harness.settle()
      const second = await make(harness)
      await harness.settle()

      const listed = new Map((await list(cloud, { limit: 100 })).map(one => [one.id, one]))

      for (const { id, key } of [first, second]) {
        expect(listed.get(id)).toEqual({ ...(await get(cloud, id)), key, madeAtMs: expect.any(Number) })
      }
      const madeAtMs = ({ id }: Made) => listed.get(id)?.madeAtMs
      expect(madeAtMs(second)).toBeGreaterThan(madeAtMs(first) ?? Number.NaN)
    })

    it('has them in the order of their ids, in pages of any size', async () => {
      const made = await makeSome(3)

      for (const limit of [1, 2, 3, 100]) {
        const pages = await pagesOf(limit)

        const ids = pages.flat()
        expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(limit)
        expect(ids).toEqual([...new Set(ids)].sort())
        expect(ids).toEqual(expect.arrayContaining(made.map(({ id }) => id)))
      }
    })

    it('has all that stay in exactly one page while others come and go', async () => {
      const [read, stays, goes, staysToo] = (await makeSome(4)) as [Made, Made, Made, Made]

      const pages = await pagesOf(1, async () => {
        await remove(cloud, read)
        await remove(cloud, goes)
        await make(harness)
        await harness.settle()
      })

      const ids = pages.flat()
      expect(ids).toEqual([...new Set(ids)].sort())
      expect(ids).toEqual(expect.arrayContaining([read.id, stays.id, staysToo.id]))
      expect(ids).not.toContain(goes.id)
    })

    it('takes an aborted call for one that was not answered', async () => {
      const listing = list(cloud, { limit: 1 }, AbortSignal.abort())

      await expect(listing).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}

async function withKey(make: (key: string) => Promise<{ readonly id: string }>): Promise<Made> {
  const key = newKey()
  const { id } = await make(key)
  return { id, key }
}

/** @param newPart a part of this kind, which may need a pool */
function partsOf(
  kind: LoadBalancerPart['kind'],
  newPart: (poolId: string, harness: CloudHarness) => Promise<LoadBalancerPart>,
): Kind {
  return {
    list: ({ loadBalancers }, page, signal) => loadBalancers.listParts(kind, page, signal),
    get: ({ loadBalancers }, id) => loadBalancers.getPart(id),
    async make(harness) {
      const { id: loadBalancerId } = await readyLoadBalancer(harness)
      const needsPool = kind !== 'pool'
      const poolId = needsPool ? await readyPart(harness, loadBalancerId, somePool) : ''
      const part = await newPart(poolId, harness)
      return withKey(key => harness.cloud.loadBalancers.createPart({ key, loadBalancerId, part }))
    },
    remove: ({ loadBalancers }, { id }) => loadBalancers.deletePart(id),
  }
}
