import { settlingMs } from './latency.ts'
import type { Moment } from './moment.ts'
import {
  begin,
  findObject,
  isChangeable,
  type ObjectRow,
  refuseForState,
  requireChangeable,
  requireIdle,
  requireObject,
  requireSound,
  requireUnused,
} from './objects.ts'
import { requireNotConnected } from './port-connections.ts'

/** What a server is made of, and can be given and rid of later. */
export type PartKind = 'port' | 'volume'

interface VolumeOfServer {
  readonly serverId: string
  readonly volumeId: string
}

interface PortOfServer {
  readonly serverId: string
  readonly portId: string
}

export function attachVolume(moment: Moment, { serverId, volumeId }: VolumeOfServer): void {
  attach(moment, serverId, 'volume', volumeId, settlingMs.volumeAttached)
}

export function attachPort(moment: Moment, { serverId, portId }: PortOfServer): void {
  attach(moment, serverId, 'port', portId, settlingMs.portAttached)
}

export function detachVolume(moment: Moment, { serverId, volumeId }: VolumeOfServer): void {
  const isBootedFrom =
    moment.db.one('select 1 from servers where id = ? and boot_volume_id = ?', serverId, volumeId) !==
    undefined
  requireSound(moment, !isBootedFrom, `server ${serverId} boots from volume ${volumeId}`)
  detach(moment, serverId, 'volume', volumeId, settlingMs.volumeDetached)
}

export function detachPort(moment: Moment, { serverId, portId }: PortOfServer): void {
  detach(moment, serverId, 'port', portId, settlingMs.portDetached)
}

/** The server that holds a part, or is about to. */
export function holderOf(moment: Moment, kind: PartKind, id: string): string | null {
  const part = findPart(moment, kind, id)
  return part?.server_id ?? part?.next_server_id ?? null
}

/** A port or volume of the zone. */
export function requirePart(moment: Moment, kind: PartKind, id: string, zone: string | null): ObjectRow {
  const part = requireObject(moment, kind, id)
  requireSound(moment, part.zone === zone, `${kind} ${id} is in zone ${part.zone}, not in ${zone}`)
  return part
}

function attach(moment: Moment, serverId: string, kind: PartKind, id: string, usualMs: number): void {
  const server = requireObject(moment, 'server', serverId)
  const part = requirePart(moment, kind, id, server.zone)
  const holder = holderOf(moment, kind, id)
  if (holder !== serverId) requireUnused(part, 'server', holder)
  if (kind === 'port') requireNotConnected(moment, part)
  requireIdle(moment, part)
  if (holder === serverId && part.state === 'ready' && moment.fault === undefined) return
  requireChangeable(moment, part)
  requireIdle(moment, server)
  if (server.state === 'broken') refuseForState(moment, server, 'broken')
  moment.db.run(`update ${tables[kind]} set next_server_id = ? where id = ?`, serverId, id)
  begin(moment, id, 'attach', usualMs)
}

/** Works on a broken server too: what it has must not be lost with it. */
function detach(moment: Moment, serverId: string, kind: PartKind, id: string, usualMs: number): void {
  const part = findPart(moment, kind, id)
  if (part === undefined || !(isHeldBy(part, serverId) || isLeftBroken(part))) return
  requireIdle(moment, part)
  const server = findObject(moment, 'server', serverId)
  if (server !== undefined) requireIdle(moment, server)
  begin(moment, id, 'detach', usualMs)
}

function isHeldBy(part: PartRow, serverId: string): boolean {
  return part.server_id === serverId || part.next_server_id === serverId
}

/** A failed attachment leaves a part that no server has in an error state, which detaching it ends. */
function isLeftBroken(part: PartRow): boolean {
  return part.server_id === null && part.state === 'broken' && isChangeable(part)
}

interface PartRow extends ObjectRow {
  readonly server_id: string | null
  readonly next_server_id: string | null
}

const tables: Record<PartKind, string> = { port: 'ports', volume: 'volumes' }

function findPart({ db }: Moment, kind: PartKind, id: string): PartRow | undefined {
  return db.one<PartRow>(`select * from objects join ${tables[kind]} using (id) where id = ?`, id)
}
