import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import { flavorOf } from '../catalogue.ts'
import { chooseAddresses, releaseChosenAddresses } from '../records/addresses.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { checkQuota } from '../records/quota.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { type VolumeRecord, type VolumeType, volumeRecords } from '../records/volumes.ts'
import { action, changeOf } from './define.ts'
import { holdAddresses } from './steps/addresses.ts'
import { setPointer } from './steps/pointer.ts'
import { createPort } from './steps/port.ts'
import { bootServer } from './steps/server.ts'
import { createVolume } from './steps/volume.ts'

/** A server to create, checked against the catalogue, with everything that was left open decided. */
export interface CreateServerRequest {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly zone: string
  /** Slug. */
  readonly flavor: string
  /** Slug. */
  readonly image: string
  readonly rootVolume: CreateVolumeRequest
  /** The further ones, in their order. */
  readonly volumes: readonly CreateVolumeRequest[]
  /** Whether its public interface gets an IPv6 address beside the IPv4 one. */
  readonly useIpv6: boolean
  readonly sshKeys: readonly string[]
  readonly password: Secret | undefined
  readonly userData: Secret | undefined
  readonly tags: Tags
  /** With microseconds and `Z`, for the server and its volumes. */
  readonly createdAt: string
}

export interface CreateVolumeRequest {
  readonly uuid: string
  readonly name: string
  readonly sizeGb: number
  readonly type: VolumeType
}

const Volume = z.object({ uuid: z.string(), sizeGb: z.int(), type: z.enum(['ssd', 'bulk']) })
const Address = z.object({ version: z.literal([4, 6]), address: z.string(), reversePtr: z.string() })

const Input = z.object({
  serverUuid: z.string(),
  projectId: z.string(),
  zone: z.string(),
  hostname: z.string(),
  vcpuCount: z.int(),
  memoryGb: z.int(),
  gpuCount: z.int(),
  image: z.string(),
  rootVolume: Volume,
  volumes: z.array(Volume),
  addresses: z.array(Address),
  sshKeys: z.array(z.string()),
  password: z.instanceof(Secret).nullable(),
  userData: z.instanceof(Secret).nullable(),
})
type Input = z.output<typeof Input>

const Output = z.object({
  serverId: z.string(),
  portId: z.string(),
  /** The root volume's first. */
  volumeIds: z.array(z.string()),
  sshHostKeys: z.array(z.string()),
  sshFingerprints: z.array(z.string()),
})
type Output = z.output<typeof Output>

/** Creates a server with its addresses, volumes and reverse DNS; or undoes all of it and leaves the reason. */
export const createServer = action('server.create', {
  version: 1,
  input: Input,
  output: Output,
  steps: [holdAddresses, createPort, createVolume, bootServer, setPointer],

  creates: serverRecords,
  about: ({ projectId, uuid, name }: CreateServerRequest) => ({
    projectId,
    kind: 'server',
    uuid,
    name,
    log: { action: 'server_create', message: `Server '${name}' has been created` },
  }),

  locks: async ({ uuid, rootVolume, volumes }: CreateServerRequest) => [
    `server:${uuid}`,
    ...[rootVolume, ...volumes].map(volume => `volume:${volume.uuid}`),
  ],

  async admit(request: CreateServerRequest, db: Db, context): Promise<Input> {
    const { uuid, projectId, name, zone, flavor, image, rootVolume, volumes, sshKeys, password, userData } =
      request
    const { vcpuCount, memoryGb, gpu } = flavorOf(flavor)
    const volumeGb = [rootVolume, ...volumes].reduce((sum, { sizeGb }) => sum + sizeGb, 0)
    await checkQuota(db, projectId, { servers: 1, vcpus: vcpuCount, memoryGb, volumeGb })

    await serverRecords.insert(db, {
      uuid,
      projectId,
      name,
      hostname: name,
      zone,
      flavor,
      image,
      status: 'changing',
      tags: request.tags,
      sshHostKeys: null,
      sshFingerprints: null,
      createdAt: request.createdAt,
      deletedAt: null,
      change: changeOf('being created', context),
      cloudServerId: null,
      cloudPortId: null,
    })
    await volumeRecords.insert(
      db,
      ...[rootVolume, ...volumes].map((volume, position) => newVolume(request, volume, position)),
    )
    const addresses = await chooseAddresses(db, zone, request.useIpv6 ? [4, 6] : [4], { uuid, name })

    return {
      serverUuid: uuid,
      projectId,
      zone,
      hostname: name,
      vcpuCount,
      memoryGb,
      gpuCount: gpu?.count ?? 0,
      image,
      rootVolume,
      volumes: [...volumes],
      addresses: addresses.map(({ version, address, reversePtr }) => ({ version, address, reversePtr })),
      sshKeys: [...sshKeys],
      password: password ?? null,
      userData: userData ?? null,
    }
  },

  async run(input, { step }) {
    const { zone, image, rootVolume, volumes, addresses, hostname, vcpuCount, memoryGb, gpuCount } = input
    await step(holdAddresses, { addresses: addresses.map(({ address }) => address) })
    const port = await step(createPort, { zone, network: 'public', addresses })
    const root = await step(
      createVolume,
      { zone, sizeGb: rootVolume.sizeGb, type: rootVolume.type, image },
      { as: 'root' },
    )
    const volumeIds = [root.id]
    for (const [at, { sizeGb, type }] of volumes.entries()) {
      const volume = await step(createVolume, { zone, sizeGb, type, image: null }, { as: `data-${at + 1}` })
      volumeIds.push(volume.id)
    }
    const { sshKeys, password, userData } = input
    const size = { vcpuCount, memoryGb, gpuCount }
    const server = await step(bootServer, {
      zone,
      hostname,
      ...size,
      portIds: [port.id],
      volumeIds,
      sshKeys,
      password,
      userData,
    })
    for (const { address, version, reversePtr } of addresses) {
      await step(setPointer, { address, name: reversePtr }, { as: `ipv${version}` })
    }
    const { id: serverId, sshHostKeys, sshFingerprints } = server
    return { serverId, portId: port.id, volumeIds, sshHostKeys, sshFingerprints }
  },

  async onEnd(end, input, db) {
    if (end.kind === 'succeeded' && end.output !== undefined) await recordCreated(input, end.output, db)
    if (end.kind === 'rolled-back') await recordGone(input, end.atMs, db)
  },
})

async function recordCreated(
  { serverUuid, rootVolume, volumes }: Input,
  { serverId, portId, volumeIds, sshHostKeys, sshFingerprints }: Output,
  db: Db,
): Promise<void> {
  await serverRecords.update(db, serverUuid, {
    status: 'running',
    change: null,
    cloudServerId: serverId,
    cloudPortId: portId,
    sshHostKeys,
    sshFingerprints,
  })
  for (const [at, { uuid }] of [rootVolume, ...volumes].entries()) {
    await volumeRecords.update(db, uuid, { status: 'ready', cloudVolumeId: volumeIds[at] ?? null })
  }
}

async function recordGone({ serverUuid, rootVolume, volumes }: Input, atMs: number, db: Db): Promise<void> {
  const deletedAt = newCreatedAt(atMs)
  for (const { uuid } of [rootVolume, ...volumes]) await volumeRecords.markDeleted(db, uuid, deletedAt)
  await releaseChosenAddresses(db, serverUuid)
}

function newVolume(
  { projectId, uuid: serverUuid, zone, createdAt }: CreateServerRequest,
  { uuid, name, sizeGb, type }: CreateVolumeRequest,
  position: number,
): VolumeRecord {
  return {
    uuid,
    projectId,
    serverUuid,
    name,
    sizeGb,
    type,
    zone,
    isRoot: position === 0,
    position,
    status: 'changing',
    tags: {},
    createdAt,
    deletedAt: null,
    change: null,
    snapshotUuid: null,
    cloudVolumeId: null,
  }
}
