import type { Exception } from 'evenkeel'
import { type ActionEnd, Secret } from 'evenkeel/actions'
import { z } from 'zod'
import type { CreateServerRequest, CreateVolumeRequest } from '../api/server-operations.ts'
import { flavorOf } from '../catalogue.ts'
import { chooseAddresses, releaseChosenAddresses } from '../records/addresses.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { insertGone } from '../records/gone.ts'
import { checkQuota } from '../records/quota.ts'
import { findAnyServer, insertServer, markServerDeleted, updateServer } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import { insertVolumes, markVolumeDeleted, updateVolume, type VolumeRecord } from '../records/volumes.ts'
import { action } from './define.ts'
import { reasonOf } from './reason.ts'
import { holdAddresses } from './steps/addresses.ts'
import { setPointer } from './steps/pointer.ts'
import { createPort } from './steps/port.ts'
import { bootServer } from './steps/server.ts'
import { createVolume } from './steps/volume.ts'

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

  locks: async ({ uuid, rootVolume, volumes }: CreateServerRequest) => [
    `server:${uuid}`,
    ...[rootVolume, ...volumes].map(volume => `volume:${volume.uuid}`),
  ],

  async admit(request: CreateServerRequest, db: Db, { actionId, nowMs }): Promise<Input> {
    const { uuid, projectId, name, zone, flavor, image, rootVolume, volumes, sshKeys, password, userData } =
      request
    const { vcpuCount, memoryGb, gpu } = flavorOf(flavor)
    const volumeGb = [rootVolume, ...volumes].reduce((sum, { sizeGb }) => sum + sizeGb, 0)
    await checkQuota(db, projectId, { servers: 1, vcpus: vcpuCount, memoryGb, volumeGb })

    await insertServer(db, {
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
      change: { what: 'being created', actionId, since: newCreatedAt(nowMs) },
      cloudServerId: null,
      cloudPortId: null,
    })
    await insertVolumes(
      db,
      [rootVolume, ...volumes].map((volume, position) => newVolume(request, volume, position)),
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
    if (end.kind === 'rolled-back') await recordGone(input, end, db)
  },
})

async function recordCreated(
  { serverUuid, rootVolume, volumes }: Input,
  { serverId, portId, volumeIds, sshHostKeys, sshFingerprints }: Output,
  db: Db,
): Promise<void> {
  await updateServer(db, serverUuid, {
    status: 'running',
    change: null,
    cloudServerId: serverId,
    cloudPortId: portId,
    sshHostKeys,
    sshFingerprints,
  })
  for (const [at, { uuid }] of [rootVolume, ...volumes].entries()) {
    await updateVolume(db, uuid, { status: 'ready', cloudVolumeId: volumeIds[at] ?? null })
  }
}

async function recordGone(
  { serverUuid, projectId, rootVolume, volumes }: Input,
  { actionId, cause, atMs }: Extract<ActionEnd<Output>, { kind: 'rolled-back' }>,
  db: Db,
): Promise<void> {
  const server = await findAnyServer(db, serverUuid)
  // Deleted by its owner meanwhile: nobody needs to be told why.
  if (server?.deletedAt === null) {
    await insertGone(
      db,
      { uuid: serverUuid, projectId, kind: 'server', detail: goneDetail(cause, actionId) },
      atMs,
    )
  }
  const deletedAt = newCreatedAt(atMs)
  await updateServer(db, serverUuid, { change: null })
  await markServerDeleted(db, serverUuid, deletedAt)
  for (const { uuid } of [rootVolume, ...volumes]) await markVolumeDeleted(db, uuid, deletedAt)
  await releaseChosenAddresses(db, serverUuid)
}

function goneDetail(cause: Exception, incident: string): string {
  return `Not found. Creation failed: ${reasonOf(cause)} Nothing of it is left in your project. (incident ${incident})`
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
    cloudVolumeId: null,
  }
}
