import { InternalException } from 'evenkeel'
import { ActionCancelledException, Secret } from 'evenkeel/actions'
import { z } from 'zod'
import { newCreatedAt } from '../records/created-at.ts'
import { insertGone } from '../records/gone.ts'
import { dropInterfaces, recordPort } from '../records/interfaces.ts'
import { serverRecords } from '../records/servers.ts'
import { volumeRecords } from '../records/volumes.ts'
import type { CreateServerRequest } from './create-server.ts'
import { creationFailed, earlierAction } from './define.ts'
import { reasonOf } from './reason.ts'
import { holdAddresses } from './steps/addresses.ts'
import { setPointer } from './steps/pointer.ts'
import { createPort } from './steps/port.ts'
import { bootServer } from './steps/server.ts'
import { createVolume } from './steps/volume.ts'

const Volume = z.object({ uuid: z.string(), sizeGb: z.int(), type: z.enum(['ssd', 'bulk']) })

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
  addresses: z.array(z.object({ version: z.literal([4, 6]), address: z.string(), reversePtr: z.string() })),
  sshKeys: z.array(z.string()),
  password: z.instanceof(Secret).nullable(),
  userData: z.instanceof(Secret).nullable(),
})

const Output = z.object({
  serverId: z.string(),
  portId: z.string(),
  /** The root volume's first. */
  volumeIds: z.array(z.string()),
  sshHostKeys: z.array(z.string()),
  sshFingerprints: z.array(z.string()),
})

/**
 * Creations as the first release began them, of servers with one public interface: what it left unfinished is finished
 * by its own code. That interface has the server's own uuid.
 */
export const createServerV1 = earlierAction('server.create', {
  version: 1,
  input: Input,
  output: Output,
  steps: [holdAddresses, createPort, createVolume, bootServer, setPointer],

  locks: async ({ uuid, rootVolume, volumes }: CreateServerRequest) => [
    `server:${uuid}`,
    ...[rootVolume, ...volumes].map(volume => `volume:${volume.uuid}`),
  ],

  async admit() {
    throw new InternalException('A server is created by the present version of the action.')
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

  async onEnd(end, { serverUuid, projectId, rootVolume, volumes }, db) {
    await serverRecords.update(db, serverUuid, { change: null })
    if (end.kind === 'succeeded') {
      if (end.output === undefined) return
      const { serverId, portId, volumeIds, sshHostKeys, sshFingerprints } = end.output
      const known = { cloudServerId: serverId, cloudPortId: portId, sshHostKeys, sshFingerprints }
      await serverRecords.update(db, serverUuid, { status: 'running', ...known })
      await recordPort(db, serverUuid, portId)
      for (const [at, { uuid }] of [rootVolume, ...volumes].entries()) {
        await volumeRecords.update(db, uuid, { status: 'ready', cloudVolumeId: volumeIds[at] ?? null })
      }
      return
    }
    const server = await serverRecords.findAny(db, serverUuid)
    // Deleted or called off by its owner: nobody needs to be told why.
    if (server?.deletedAt === null && !(end.cause instanceof ActionCancelledException)) {
      const detail = creationFailed(reasonOf(end.cause), end.actionId)
      await insertGone(db, { uuid: serverUuid, projectId, kind: serverRecords.kind, detail }, end.atMs)
    }
    const deletedAt = newCreatedAt(end.atMs)
    await serverRecords.markDeleted(db, serverUuid, deletedAt)
    for (const { uuid } of [rootVolume, ...volumes]) await volumeRecords.markDeleted(db, uuid, deletedAt)
    await dropInterfaces(db, [serverUuid])
  },
})
