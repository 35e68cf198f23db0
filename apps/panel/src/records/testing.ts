import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { CustomImageImportRecord } from './custom-image-imports.ts'
import type { CustomImageRecord } from './custom-images.ts'
import { openRecords, type Records } from './database.ts'
import type { FloatingIpRecord } from './floating-ips.ts'
import type { MemberRecord } from './load-balancer-members.ts'
import type { PoolRecord } from './load-balancer-pools.ts'
import type { LoadBalancerRecord } from './load-balancers.ts'
import { migrate } from './migrations/migrate.ts'
import type { NetworkRecord } from './networks.ts'
import { insertProject, type ProjectRecord } from './projects.ts'
import type { ServerRecord } from './servers.ts'
import type { SubnetRecord } from './subnets.ts'
import type { VolumeSnapshotRecord } from './volume-snapshots.ts'
import type { VolumeRecord } from './volumes.ts'

/** For tests: a database in a folder of its own, with one project. `dispose` removes it. */
export async function temporaryRecords(
  project: Partial<ProjectRecord> = {},
): Promise<{ records: Records; folder: string; projectId: string; dispose: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-records-'))
  const path = join(folder, 'panel.db')
  await writeFile(path, migrated())
  const records = await openRecords({ path })
  const row = { ...someProject, ...project }
  await records.transaction(trx => insertProject(trx, row))
  const dispose = async () => {
    await records.close()
    await rm(folder, { recursive: true })
  }
  return { records, folder, projectId: row.id, dispose }
}

/** An empty database of the newest version: made once, since to migrate takes longer than most tests. */
function migrated(): Uint8Array {
  if (empty === undefined) {
    const database = new DatabaseSync(':memory:')
    migrate(database, ':memory:')
    empty = database.serialize()
    database.close()
  }
  return empty
}
let empty: Uint8Array | undefined

export const someProject: ProjectRecord = {
  id: 'demo',
  name: 'Demo',
  defaultZone: 'rma1',
  quotaServers: 3,
  quotaVcpus: 8,
  quotaMemoryGb: 32,
  quotaVolumeGb: 500,
  quotasJson: '{}',
  deletedAt: null,
  createdAt: '2026-11-22T01:20:41.285018Z',
}

/** For tests: a running server, but for what is given. */
export function someServer(given: Partial<ServerRecord> = {}): ServerRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    name: 'web',
    hostname: 'web',
    zone: 'rma1',
    flavor: 'flex-4-2',
    image: 'debian-13',
    imageName: null,
    imageUuid: null,
    status: 'running',
    tags: {},
    sshHostKeys: null,
    sshFingerprints: null,
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    cloudServerId: null,
    cloudPortId: null,
    ...given,
  }
}

/** For tests: an SSD volume that nothing uses, but for what is given. */
export function someVolume(given: Partial<VolumeRecord> = {}): VolumeRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    serverUuid: null,
    name: 'data',
    sizeGb: 10,
    type: 'ssd',
    zone: 'rma1',
    isRoot: false,
    position: 0,
    status: 'ready',
    snapshotUuid: null,
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    cloudVolumeId: null,
    ...given,
  }
}

/** For tests: a network without subnets, but for what is given. */
export function someNetwork(given: Partial<NetworkRecord> = {}): NetworkRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    name: 'backend',
    zone: 'rma1',
    mtu: 9000,
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    cloudNetworkId: null,
    ...given,
  }
}

/** For tests: a subnet of the network without a gateway, but for what is given. */
export function someSubnet(given: Partial<SubnetRecord> & Pick<SubnetRecord, 'networkUuid'>): SubnetRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    cidr: '10.0.0.0/24',
    gatewayAddress: null,
    dnsServers: null,
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    cloudSubnetId: null,
    ...given,
  }
}

/** For tests: an available snapshot of the volume, but for what is given. */
export function someSnapshot(
  given: Partial<VolumeSnapshotRecord> & Pick<VolumeSnapshotRecord, 'volumeUuid'>,
): VolumeSnapshotRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    name: 'before the upgrade',
    sizeGb: 10,
    zone: 'rma1',
    status: 'available',
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    cloudSnapshotId: null,
    ...given,
  }
}

/** For tests: a floating IPv4 address that leads nowhere, but for what is given. */
export function someFloatingIp(given: Partial<FloatingIpRecord> = {}): FloatingIpRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    address: '192.0.2.1',
    version: 4,
    prefixLength: 32,
    type: 'regional',
    region: 'rma',
    pool: 'rma/32',
    ordinal: 0,
    serverUuid: null,
    loadBalancerUuid: null,
    nextHop: null,
    reversePtr: '192-0-2-1.cust.evenkeel.example',
    heldBy: null,
    isReleased: false,
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    ...given,
  }
}

/** For tests: an import of an image that has succeeded, but for what is given. */
export function someImport(given: Partial<CustomImageImportRecord> = {}): CustomImageImportRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    name: 'appliance',
    slug: null,
    url: 'https://images.example.com/appliance.raw',
    sourceFormat: 'raw',
    firmwareType: 'bios',
    userDataHandling: 'pass-through',
    zones: ['rma1'],
    status: 'success',
    errorMessage: null,
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    ...given,
  }
}

/** For tests: the image that an import has made. */
export function someCustomImage(imported: CustomImageImportRecord): CustomImageRecord {
  const { url: _, sourceFormat: _format, status: _status, errorMessage: _message, ...common } = imported
  return { ...common, sizeGb: 5, md5: '0'.repeat(32), sha256: '0'.repeat(64), cloudImageId: 'appliance' }
}

/** For tests: a running load balancer without addresses, but for what is given. */
export function someLoadBalancer(given: Partial<LoadBalancerRecord> = {}): LoadBalancerRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    name: 'front',
    zone: 'rma1',
    flavor: 'lb-standard',
    status: 'running',
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    cloudLoadBalancerId: null,
    ...given,
  }
}

/** For tests: a pool of the load balancer, but for what is given. */
export function somePool(given: Partial<PoolRecord> & Pick<PoolRecord, 'loadBalancerUuid'>): PoolRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    name: 'web',
    algorithm: 'round_robin',
    protocol: 'tcp',
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    cloudPartId: null,
    ...given,
  }
}

/** For tests: a member of the pool, but for what is given. */
export function someMember(
  given: Partial<MemberRecord> & Pick<MemberRecord, 'loadBalancerUuid' | 'poolUuid' | 'subnetUuid'>,
): MemberRecord {
  return {
    uuid: crypto.randomUUID(),
    projectId: someProject.id,
    name: 'web-1',
    address: '10.0.0.5',
    protocolPort: 80,
    monitorPort: null,
    isEnabled: true,
    tags: {},
    createdAt: '2026-11-22T01:20:41.285018Z',
    deletedAt: null,
    change: null,
    cloudPartId: null,
    ...given,
  }
}
