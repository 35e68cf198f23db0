import type { ActionSummary } from 'evenkeel/actions'
import type { CloudObject } from '../../src/cloud/embedded/inventory.ts'
import { noAmounts } from '../../src/records/quota-amounts.ts'
import type { World } from './at-the-end.ts'
import { adopt, Model, type OwnedServer } from './model.ts'
import { nothingSeen, type SeenAndWhy, type SeenServer } from './seen.ts'

/** A server of 10 GB with one further volume of 20 GB, as its owner sees it. */
export const shown: SeenServer = {
  href: '/v1/servers/s1',
  uuid: 's1',
  name: 'crash-1',
  status: 'running',
  flavor: { slug: 'flex-4-1' },
  volumes: [
    { uuid: 'v1', size_gb: 10 },
    { uuid: 'v2', size_gb: 20 },
  ],
  interfaces: [{ type: 'public', addresses: [{ address: '203.0.113.2' }] }],
  tags: { mark: 'm1' },
}

export const nothingSeenOrTold: SeenAndWhy = { ...nothingSeen, reasons: new Map() }

/** A model that was promised that server, by the action `a1`. */
export function promised(): { model: Model; server: OwnedServer } {
  const { model, server } = ordered()
  server.asks[0].answer = 'acknowledged'
  server.asks[0].actionId = 'a1'
  adopt(server, shown)
  return { model, server }
}

/** A model that has ordered that server, and has no answer. */
export function ordered(): { model: Model; server: OwnedServer } {
  const model = new Model()
  return { model, server: model.order('flex-4-1', 'm1') }
}

export function action(
  fields: Omit<Partial<ActionSummary>, 'id'> & { id: string; name: string },
): ActionSummary {
  return { state: 'succeeded', locks: ['server:s1'], ...fields } as ActionSummary
}

const volume = { server_uuids: ['s1'], tags: {} }
const inCloud = { zone: 'rma1', state: 'ready', serverId: 'c1' } as const

/** The world in which that server is there, whole, and alone. */
export const whole: World = {
  ...nothingSeenOrTold,
  servers: [shown],
  volumes: [
    { ...volume, href: '/v1/volumes/v1', uuid: 'v1', name: 'crash-1-root', size_gb: 10 },
    { ...volume, href: '/v1/volumes/v2', uuid: 'v2', name: 'crash-1-ssd-1', size_gb: 20 },
  ],
  actions: [action({ id: 'a1', name: 'server.create' })],
  objects: [
    { ...inCloud, kind: 'port', id: 'p1', key: 'a1/network.port', addresses: [{ address: '203.0.113.2' }] },
    { ...inCloud, kind: 'volume', id: 'd1', key: 'a1/volumes.volume/root', sizeGb: 10 },
    { ...inCloud, kind: 'volume', id: 'd2', key: 'a1/volumes.volume/data-1', sizeGb: 20 },
    {
      ...inCloud,
      kind: 'server',
      id: 'c1',
      key: 'a1/compute.server',
      hostname: 'crash-1',
      power: 'running',
      vcpuCount: 1,
      memoryGb: 4,
    },
    { ...inCloud, kind: 'pointer', id: '203.0.113.2', key: 'a1/dns.pointer' },
  ] as unknown as readonly CloudObject[],
  quotaUse: { ...noAmounts, servers: 1, vcpus: 1, memoryGb: 4, volumeGb: 30 },
  differences: [],
}
