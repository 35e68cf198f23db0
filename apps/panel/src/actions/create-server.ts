import type { StepCaller } from 'evenkeel/actions'
import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import { flavorOf } from '../catalogue.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { dropInterfaces, recordPort } from '../records/interfaces.ts'
import { checkQuota } from '../records/quota.ts'
import { leaveServerGroups } from '../records/server-groups.ts'
import { serverRecords } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import type { Tags } from '../records/tags.ts'
import { type VolumeRecord, type VolumeType, volumeRecords } from '../records/volumes.ts'
import { changingAtLeast } from './changing-at-least.ts'
import { action, changeOf, type PanelWorld } from './define.ts'
import { joinGroup, PlannedGroup, settleNewGroup, type WantedGroup } from './server-group-of.ts'
import { findServerImage } from './server-image.ts'
import { makePorts, setPointers } from './server-ports.ts'
import { holdInterfaces } from './steps/addresses.ts'
import { setPointer } from './steps/pointer.ts'
import { createPort } from './steps/port.ts'
import { bootServer } from './steps/server.ts'
import { makeServerGroup } from './steps/server-group.ts'
import { createVolume } from './steps/volume.ts'
import { findInterfaces, PlannedInterface, planInterface, type WantedInterface } from './wanted-interfaces.ts'

/** A server to create, checked against the catalogue, with everything that was left open decided. */
export interface CreateServerRequest {
  readonly uuid: string
  readonly projectId: string
  readonly name: string
  readonly zone: string
  /** Slug. */
  readonly flavor: string
  /** The slug of one of the catalogue; of the project's own its uuid, or `custom:` and its slug. */
  readonly image: string
  readonly rootVolume: CreateVolumeRequest
  /** The further ones, in their order. */
  readonly volumes: readonly CreateVolumeRequest[]
  /** In their order. */
  readonly interfaces: readonly WantedInterface[]
  readonly group: WantedGroup | undefined
  readonly sshKeys: readonly string[]
  readonly password: Secret | undefined
  readonly userData: Secret | undefined
  readonly tags: Tags
  /** With microseconds and `Z`, for the server and its volumes. */
  readonly createdAt: string
  /** For how long it shows that it is changing at least, in milliseconds. */
  readonly changingMs: number
}

export interface CreateVolumeRequest {
  readonly uuid: string
  readonly name: string
  readonly sizeGb: number
  readonly type: VolumeType
}

const Volume = z.object({ uuid: z.string(), sizeGb: z.int(), type: z.enum(['ssd', 'bulk']) })

const Input = z.object({
  serverUuid: z.string(),
  projectId: z.string(),
  zone: z.string(),
  hostname: z.string(),
  vcpuCount: z.int(),
  memoryGb: z.int(),
  gpuCount: z.int(),
  /** As the cloud calls it. */
  image: z.string(),
  rootVolume: Volume,
  volumes: z.array(Volume),
  interfaces: z.array(PlannedInterface),
  group: PlannedGroup.nullable(),
  sshKeys: z.array(z.string()),
  password: z.instanceof(Secret).nullable(),
  userData: z.instanceof(Secret).nullable(),
  changingMs: z.int(),
})
type Input = z.output<typeof Input>

const Output = z.object({
  serverId: z.string(),
  /** In the order of the interfaces. */
  portIds: z.array(z.string()),
  /** The root volume's first. */
  volumeIds: z.array(z.string()),
  /** Of a server group that was made for it. */
  groupId: z.string().nullable(),
  sshHostKeys: z.array(z.string()),
  sshFingerprints: z.array(z.string()),
})
type Output = z.output<typeof Output>

/** Creates a server with its interfaces, volumes and reverse DNS; or undoes all of it and leaves the reason. */
export const createServer = action('server.create', {
  version: 2,
  input: Input,
  output: Output,
  steps: [holdInterfaces, createPort, createVolume, makeServerGroup, bootServer, setPointer],

  creates: serverRecords,
  about: ({ projectId, uuid, name }: CreateServerRequest) => ({
    projectId,
    kind: 'server',
    uuid,
    name,
    log: { action: 'server_create', message: `Server '${name}' has been created` },
  }),

  locks: async ({ uuid, rootVolume, volumes, group }: CreateServerRequest) => [
    `server:${uuid}`,
    ...[rootVolume, ...volumes].map(volume => `volume:${volume.uuid}`),
    ...(group?.kind === 'apart-from' ? [`server-group:${group.newGroupUuid}`] : []),
  ],

  async admit(request: CreateServerRequest, db: Db, context): Promise<Input> {
    const { uuid, projectId, name, zone, flavor, rootVolume, volumes, sshKeys, password, userData } = request
    const { vcpuCount, memoryGb, gpu } = flavorOf(flavor)
    const volumeGb = [rootVolume, ...volumes].reduce((sum, { sizeGb }) => sum + sizeGb, 0)
    await checkQuota(db, projectId, { servers: 1, vcpus: vcpuCount, memoryGb, volumeGb })
    const { recorded, cloudImage } = await findServerImage(db, request)
    const wanted = await findInterfaces(db, request, request.interfaces)

    await serverRecords.insert(db, {
      uuid,
      projectId,
      name,
      hostname: name,
      zone,
      flavor,
      ...recorded,
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
    const interfaces: PlannedInterface[] = []
    for (const [position, one] of wanted.entries()) {
      interfaces.push(await planInterface(db, request, one, position))
    }
    return {
      serverUuid: uuid,
      projectId,
      zone,
      hostname: name,
      vcpuCount,
      memoryGb,
      gpuCount: gpu?.count ?? 0,
      image: cloudImage,
      rootVolume,
      volumes: [...volumes],
      interfaces,
      group: request.group === undefined ? null : await joinGroup(db, request, request.group, context),
      sshKeys: [...sshKeys],
      password: password ?? null,
      userData: userData ?? null,
      changingMs: request.changingMs,
    }
  },

  run: (input, { step }) => changingAtLeast(input.changingMs, step, branch => make(input, branch)),

  async onEnd(end, input, db) {
    if (end.kind === 'succeeded' && end.output !== undefined) await recordCreated(input, end.output, db)
    if (end.kind === 'rolled-back') await recordGone(input, end.atMs, db)
  },
})

async function make(input: Input, step: StepCaller<PanelWorld>): Promise<Output> {
  const { zone, hostname, vcpuCount, memoryGb, gpuCount, interfaces, group } = input
  const { sshKeys, password, userData } = input
  await step(holdInterfaces, { interfaceUuids: interfaces.map(({ uuid }) => uuid) })
  const portIds = await makePorts(zone, interfaces, step)
  const volumeIds = await makeVolumes(input, step)
  const newGroup =
    group?.newGroup === undefined || group.newGroup === null
      ? null
      : await step(makeServerGroup, { zone, name: group.newGroup.name })
  const groupId = newGroup?.id ?? group?.groupId
  const server = await step(bootServer, {
    zone,
    hostname,
    vcpuCount,
    memoryGb,
    gpuCount,
    portIds,
    volumeIds,
    sshKeys,
    password,
    userData,
    ...(group !== null && { groupId, apartFromIds: group.apartFromIds }),
  })
  await setPointers(interfaces, step)
  const { id: serverId, sshHostKeys, sshFingerprints } = server
  return { serverId, portIds, volumeIds, groupId: newGroup?.id ?? null, sshHostKeys, sshFingerprints }
}

/** How many volumes are made at once. */
const volumesAtOnce = 8

async function makeVolumes(
  { zone, image, rootVolume, volumes }: Input,
  step: StepCaller<PanelWorld>,
): Promise<string[]> {
  const branch =
    ({ sizeGb, type }: z.output<typeof Volume>, image: string | null) =>
    (branchStep: StepCaller<PanelWorld>) =>
      branchStep(createVolume, { zone, sizeGb, type, image })
  const made = await step.all(
    Object.fromEntries([
      ['root', branch(rootVolume, image)],
      ...volumes.map((volume, at) => [`data-${at + 1}`, branch(volume, null)] as const),
    ]),
    { concurrency: volumesAtOnce },
  )
  return ['root', ...volumes.map((_, at) => `data-${at + 1}`)].flatMap(name => made[name]?.id ?? [])
}

async function recordCreated(
  { serverUuid, rootVolume, volumes, interfaces, group }: Input,
  { serverId, portIds, volumeIds, groupId, sshHostKeys, sshFingerprints }: Output,
  db: Db,
): Promise<void> {
  const cloudServerId = serverId
  await serverRecords.update(db, serverUuid, {
    status: 'running',
    change: null,
    cloudServerId,
    sshHostKeys,
    sshFingerprints,
  })
  for (const [at, { uuid }] of interfaces.entries()) await recordPort(db, uuid, portIds[at] as string)
  for (const [at, { uuid }] of [rootVolume, ...volumes].entries()) {
    await volumeRecords.update(db, uuid, { status: 'ready', cloudVolumeId: volumeIds[at] ?? null })
  }
  await settleNewGroup(db, group, { groupId })
}

async function recordGone(
  { serverUuid, rootVolume, volumes, interfaces, group }: Input,
  atMs: number,
  db: Db,
): Promise<void> {
  const deletedAt = newCreatedAt(atMs)
  for (const { uuid } of [rootVolume, ...volumes]) await volumeRecords.markDeleted(db, uuid, deletedAt)
  await dropInterfaces(
    db,
    interfaces.map(({ uuid }) => uuid),
  )
  await leaveServerGroups(db, serverUuid)
  await settleNewGroup(db, group, { deletedAt })
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
