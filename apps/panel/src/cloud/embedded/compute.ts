import type { CloudServer, Compute, NewCloudServer, PowerState, Size } from '../compute.ts'
import { holderOf, type PartKind, requirePart } from './attachments.ts'
import type { Calls } from './calls.ts'
import { hasRoom, requireRoom } from './capacity.ts'
import { placing } from './hosts.ts'
import { settlingMs } from './latency.ts'
import { listObjects } from './listing.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  beginRemoval,
  findObject,
  insertObject,
  type ObjectRow,
  objectsWithKey,
  objectWithId,
  refuseForState,
  requireIdle,
  requireObject,
  requireReady,
  requireSound,
  requireUnused,
  statusOf,
} from './objects.ts'
import { requireNotConnected } from './port-connections.ts'
import { busy } from './refusals.ts'
import { listServerGroups, requireGroup, serverGroupById, serverGroupsWithKey } from './server-groups.ts'
import { isBootable } from './volumes.ts'

/** What the simulation keeps of a new server: password, user data and keys go no further than the call. */
export type ServerRequest = Omit<NewCloudServer, 'sshKeys' | 'password' | 'userData'>

/** The compute port of the embedded cloud. */
export function embeddedCompute(calls: Calls): Compute {
  return {
    createServer: ({ sshKeys, password, userData, ...request }, signal) =>
      calls.effect('compute.createServer', request, signal),
    findServers: (key, signal) =>
      calls.read('compute.findServers', moment => serversWithKey(moment, key), signal),
    deleteServer: (id, signal) => calls.effect('compute.deleteServer', { id }, signal),
    getServer: (id, signal) => calls.read('compute.getServer', moment => serverById(moment, id), signal),
    listServers: (page, signal) =>
      calls.read('compute.listServers', moment => listObjects(moment, 'server', page, presentServer), signal),
    startServer: (id, signal) => calls.effect('compute.startServer', { id }, signal),
    stopServer: (id, signal) => calls.effect('compute.stopServer', { id }, signal),
    rebootServer: (id, signal) => calls.effect('compute.rebootServer', { id }, signal),
    resizeServer: (id, size, signal) => calls.effect('compute.resizeServer', { id, size }, signal),
    attachVolume: (serverId, volumeId, signal) =>
      calls.effect('compute.attachVolume', { serverId, volumeId }, signal),
    detachVolume: (serverId, volumeId, signal) =>
      calls.effect('compute.detachVolume', { serverId, volumeId }, signal),
    attachPort: (serverId, portId, signal) =>
      calls.effect('compute.attachPort', { serverId, portId }, signal),
    detachPort: (serverId, portId, signal) =>
      calls.effect('compute.detachPort', { serverId, portId }, signal),
    createServerGroup: (group, signal) => calls.effect('compute.createServerGroup', group, signal),
    findServerGroups: (key, signal) =>
      calls.read('compute.findServerGroups', moment => serverGroupsWithKey(moment, key), signal),
    getServerGroup: (id, signal) =>
      calls.read('compute.getServerGroup', moment => serverGroupById(moment, id), signal),
    listServerGroups: (page, signal) =>
      calls.read('compute.listServerGroups', moment => listServerGroups(moment, page), signal),
    deleteServerGroup: (id, signal) => calls.effect('compute.deleteServerGroup', { id }, signal),
    hasRoom: (zone, size, signal) =>
      calls.read('compute.hasRoom', moment => hasRoom(moment, zone, size), signal),
  }
}

export function createServer(moment: Moment, request: ServerRequest): CloudServer {
  const { key, zone, hostname, portIds, volumeIds, groupId, vcpuCount, memoryGb, gpuCount } = request
  const { apartFromIds = [] } = request
  requireSound(moment, key !== '', 'a server needs a key')
  requireSound(moment, hostname !== '', 'a server needs a host name')
  requireSoundSize(moment, request)
  requireSound(moment, new Set(portIds).size === portIds.length, 'a port is named twice')
  requireSound(moment, new Set(volumeIds).size === volumeIds.length, 'a volume is named twice')
  for (const id of portIds) requireFreePart(moment, 'port', id, zone)
  for (const id of volumeIds) requireFreePart(moment, 'volume', id, zone)
  if (groupId !== undefined) requireGroup(moment, groupId, zone)
  const [bootVolumeId] = volumeIds
  requireSound(moment, bootVolumeId !== undefined, 'a server needs a volume to boot from')
  requireSound(moment, isBootable(moment, bootVolumeId), `volume ${bootVolumeId} holds no image to boot from`)
  requireRoom(moment, zone, request)

  const id = insertObject(moment, { kind: 'server', key, zone })
  moment.db.run(
    `insert into servers (id, hostname, vcpu_count, memory_gb, gpu_count, power, boot_count, boot_volume_id, group_id)
     values (?, ?, ?, ?, ?, 'stopped', 0, ?, ?)`,
    id,
    hostname,
    vcpuCount,
    memoryGb,
    gpuCount,
    bootVolumeId,
    groupId ?? null,
  )
  for (const portId of portIds) moment.db.run('update ports set server_id = ? where id = ?', id, portId)
  for (const volumeId of volumeIds)
    moment.db.run('update volumes set server_id = ? where id = ?', id, volumeId)
  begin(placing(moment, id, apartFromIds), id, 'create', settlingMs.serverCreated)
  return serverById(moment, id) as CloudServer
}

/** Ports and volumes are let go when the server is gone, by the tables themselves. */
export function deleteServer(moment: Moment, { id }: { id: string }): void {
  const object = findObject(moment, 'server', id)
  if (object !== undefined) beginRemoval(moment, object, settlingMs.serverDeleted)
}

export function startServer(moment: Moment, { id }: { id: string }): void {
  const server = requireIdleServer(moment, id)
  if (server.state === 'ready' && server.power === 'running' && moment.fault === undefined) return
  requireNoRevert(moment, id)
  begin(placing(moment, id), id, 'start', settlingMs.serverStarted)
}

export function stopServer(moment: Moment, { id }: { id: string }): void {
  const server = requireIdleServer(moment, id)
  if (server.state === 'ready' && server.power === 'stopped' && moment.fault === undefined) return
  begin(moment, id, 'stop', settlingMs.serverStopped)
}

export function rebootServer(moment: Moment, { id }: { id: string }): void {
  const server = requireIdleServer(moment, id)
  if (server.state === 'ready' && server.power === 'stopped') refuseForState(moment, server, 'stopped')
  requireNoRevert(moment, id)
  begin(placing(moment, id), id, 'reboot', settlingMs.serverRebooted)
}

export function resizeServer(moment: Moment, { id, size }: { id: string; size: Size }): void {
  requireSoundSize(moment, size)
  const server = requireIdleServer(moment, id)
  if (server.state === 'broken') refuseForState(moment, server, 'broken')
  if (server.power === 'running') refuseForState(moment, server, 'running')
  requireRoom(moment, server.zone as string, size, id)
  moment.db.run(
    'update servers set next_vcpu_count = ?, next_memory_gb = ?, next_gpu_count = ? where id = ?',
    size.vcpuCount,
    size.memoryGb,
    size.gpuCount,
    id,
  )
  begin(moment, id, 'resize', settlingMs.serverResized)
}

interface ServerRow extends ObjectRow {
  readonly host: string | null
  readonly vcpu_count: number
  readonly memory_gb: number
  readonly gpu_count: number
  readonly power: PowerState
  readonly boot_count: number
  readonly ssh_host_key: string | null
  readonly ssh_fingerprint: string | null
}

function requireIdleServer(moment: Moment, id: string): ServerRow {
  requireIdle(moment, requireObject(moment, 'server', id))
  return objectWithId<ServerRow>(moment, 'servers', id) as ServerRow
}

/** A port or volume that a server can be made of. */
function requireFreePart(moment: Moment, kind: PartKind, id: string, zone: string): void {
  const part = requirePart(moment, kind, id, zone)
  requireUnused(part, 'server', holderOf(moment, kind, id))
  if (kind === 'port') requireNotConnected(moment, part)
  requireReady(moment, part)
}

/** @throws {CloudBusyException} a volume of the server is being set back, and must not be written on */
function requireNoRevert({ db, operation }: Moment, id: string): void {
  const reverting = db.one(
    `select 1 from volumes join objects using (id) where server_id = ? and task = 'revert'`,
    id,
  )
  if (reverting !== undefined) throw busy(operation)
}

function requireSoundSize(moment: Moment, { vcpuCount, memoryGb, gpuCount }: Size): void {
  const isSound =
    [vcpuCount, memoryGb, gpuCount].every(Number.isSafeInteger) &&
    vcpuCount > 0 &&
    memoryGb > 0 &&
    gpuCount >= 0
  requireSound(
    moment,
    isSound,
    `a server of ${vcpuCount} vCPUs, ${memoryGb} GB of memory and ${gpuCount} GPUs can't be`,
  )
}

function serverById(moment: Moment, id: string): CloudServer | undefined {
  const row = objectWithId<ServerRow>(moment, 'servers', id)
  return row && presentServer(row)
}

function serversWithKey(moment: Moment, key: string): readonly CloudServer[] {
  return objectsWithKey<ServerRow>(moment, 'servers', key).map(presentServer)
}

function presentServer(row: ServerRow): CloudServer {
  return {
    id: row.id,
    status: statusOf(row),
    isWithoutHost: row.state === 'broken' && row.host === null,
    power: row.power,
    vcpuCount: row.vcpu_count,
    memoryGb: row.memory_gb,
    gpuCount: row.gpu_count,
    bootCount: row.boot_count,
    sshHostKeys: row.ssh_host_key === null ? [] : [row.ssh_host_key],
    sshFingerprints: row.ssh_fingerprint === null ? [] : [row.ssh_fingerprint],
  }
}
