import type {
  CloudMember,
  CloudMonitor,
  HealthOfMember,
  LoadBalancerPart,
  MemberHealth,
} from '../load-balancers.ts'
import type { CloudDatabase } from './database.ts'
import type { Moment } from './moment.ts'
import type { ObjectRow, Task } from './objects.ts'

// Nobody checks anything here. What a check would find changes at known moments only: when a server starts or stops, when a
// port comes or goes, when a monitor is set. Each of them notes since when a member answers, or doesn't; how many checks have
// passed since then says the rest, whenever somebody asks.

/** The health of all members of these load balancers, at this moment. */
export function healthOfMembers(
  { db, nowMs }: Moment,
  loadBalancerIds: readonly string[],
): readonly HealthOfMember[] {
  return db
    .all<CheckRow>(
      `select member_checks.* from json_each(?) as wanted
       join member_checks on member_checks.load_balancer_id = wanted.value`,
      JSON.stringify(loadBalancerIds),
    )
    .map(row => ({
      loadBalancerId: row.load_balancer_id,
      memberId: row.member_id,
      isEnabled: row.is_enabled === 1,
      health: healthAt(row, nowMs),
    }))
}

interface CheckRow {
  readonly member_id: string
  readonly load_balancer_id: string
  readonly is_enabled: 0 | 1
  readonly is_answering: 0 | 1
  /** Since when it has been so, in milliseconds since 1970. */
  readonly since_ms: number
  /** What it was until enough checks had found otherwise. */
  readonly health: 'up' | 'down' | 'unknown'
  /** How long it must answer, or not, until it counts as up or down; null without a monitor. */
  readonly up_after_ms: number | null
  readonly down_after_ms: number | null
}

function healthAt(row: CheckRow, nowMs: number): MemberHealth {
  const afterMs = row.is_answering === 1 ? row.up_after_ms : row.down_after_ms
  if (afterMs === null) return 'no_monitor'
  if (row.is_enabled === 0) return 'unknown'
  if (nowMs - row.since_ms < afterMs) return row.health
  return row.is_answering === 1 ? 'up' : 'down'
}

/** The members that are reached through a server or a port, as long as it is there. */
export function membersThrough(db: CloudDatabase, { id, kind }: ObjectRow): readonly string[] {
  if (kind !== 'server' && kind !== 'port') return []
  return db
    .all<{ member_id: string }>(
      `select member_id from ports
       join port_addresses on port_addresses.port_id = ports.id
       join member_checks using (subnet_id, address)
       where ports.${kind === 'server' ? 'server_id' : 'id'} = ?`,
      id,
    )
    .map(({ member_id }) => member_id)
}

/** Notes for members whether they answer by now, if that is otherwise than it was. */
export function noteAnswers(db: CloudDatabase, memberIds: readonly string[], atMs: number): void {
  for (const id of memberIds) {
    const row = checkOf(db, id)
    const isAnswering = Number(answers(db, id))
    if (row === undefined || row.is_answering === isAnswering) continue
    db.run(
      'update member_checks set is_answering = ?, since_ms = ?, health = ? where member_id = ?',
      isAnswering,
      atMs,
      verdictAt(row, atMs),
      id,
    )
  }
}

/** Notes what a finished task on a part of a load balancer, or its removal, means for the health of members. */
export function notePartSettled(db: CloudDatabase, { id, kind, task }: ObjectRow, atMs: number): void {
  if (kind === 'member') noteMember(db, id, task, atMs)
  if (kind === 'monitor') noteMonitor(db, id, task, atMs)
}

/** A member begins anew, also when it is switched on again. */
function noteMember(db: CloudDatabase, id: string, task: Task | null, atMs: number): void {
  if (task === 'delete') return
  const { load_balancer_id, part } = partRow<CloudMember>(db, id)
  const monitor = monitorOf(db, part.poolId)
  db.run(
    `insert or replace into member_checks
       (member_id, load_balancer_id, pool_id, subnet_id, address, is_enabled, is_answering, since_ms, health,
        up_after_ms, down_after_ms)
     values (?, ?, ?, ?, ?, ?, ?, ?, 'unknown', ?, ?)`,
    id,
    load_balancer_id,
    part.poolId,
    part.subnetId,
    part.address,
    Number(part.isEnabled),
    Number(answers(db, id)),
    atMs,
    monitor === undefined ? null : upAfterMs(monitor),
    monitor === undefined ? null : downAfterMs(monitor),
  )
}

/** A new monitor knows nothing of anybody; one that is changed keeps what it has found. */
function noteMonitor(db: CloudDatabase, id: string, task: Task | null, atMs: number): void {
  const { part } = partRow<CloudMonitor>(db, id)
  const isThere = task !== 'delete'
  for (const row of db.all<CheckRow>('select * from member_checks where pool_id = ?', part.poolId)) {
    const isNew = row.up_after_ms === null
    db.run(
      'update member_checks set health = ?, since_ms = ?, up_after_ms = ?, down_after_ms = ? where member_id = ?',
      isNew ? 'unknown' : verdictAt(row, atMs),
      isNew ? atMs : row.since_ms,
      isThere ? upAfterMs(part) : null,
      isThere ? downAfterMs(part) : null,
      row.member_id,
    )
    noteAnswers(db, [row.member_id], atMs)
  }
}

function verdictAt(row: CheckRow, atMs: number): CheckRow['health'] {
  const health = healthAt({ ...row, is_enabled: 1 }, atMs)
  return health === 'no_monitor' ? 'unknown' : health
}

function upAfterMs({ upThreshold, delayS }: CloudMonitor): number {
  return upThreshold * delayS * 1000
}

function downAfterMs({ downThreshold, delayS }: CloudMonitor): number {
  return downThreshold * delayS * 1000
}

/** Whether a check of a member would succeed now. Whatever listens on a server answers HTTP with 200. */
function answers(db: CloudDatabase, memberId: string): boolean {
  const { part: member } = partRow<CloudMember>(db, memberId)
  const server = db.one<{ listening_ports: string }>(
    `select listening_ports from subnets
     join port_addresses on port_addresses.network = subnets.network_id and port_addresses.address = ?
     join ports on ports.id = port_addresses.port_id
     join servers on servers.id = ports.server_id
     where subnets.id = ? and servers.power = 'running'`,
    member.address,
    member.subnetId,
  )
  if (server === undefined) return false
  const monitor = monitorOf(db, member.poolId)
  if (monitor?.type === 'ping') return true
  const ports: readonly number[] = JSON.parse(server.listening_ports)
  const http = monitor?.http ?? null
  return (
    ports.includes(member.monitorPort ?? member.protocolPort) &&
    (http === null || admits(http.expectedCodes, 200))
  )
}

function admits(codes: readonly string[], code: number): boolean {
  return codes.some(text => {
    const [first = '', last = first] = text.split('-')
    return Number(first) <= code && code <= Number(last)
  })
}

/** The monitor that looks after a pool; none while it is still being made, or was never made. */
function monitorOf(db: CloudDatabase, poolId: string): CloudMonitor | undefined {
  const row = db.one<{ part: string }>(
    `select part from load_balancer_parts join objects using (id)
     where pool_id = ? and kind = 'monitor' and coalesce(task, failed_task, '') <> 'create'`,
    poolId,
  )
  return row && JSON.parse(row.part)
}

function checkOf(db: CloudDatabase, id: string): CheckRow | undefined {
  return db.one<CheckRow>('select * from member_checks where member_id = ?', id)
}

function partRow<Part extends LoadBalancerPart>(
  db: CloudDatabase,
  id: string,
): { readonly load_balancer_id: string; readonly part: Part } {
  const row = db.one<{ load_balancer_id: string; part: string }>(
    'select load_balancer_id, part from load_balancer_parts where id = ?',
    id,
  )
  if (row === undefined) throw new TypeError(`there is no part ${id} of a load balancer`)
  return { ...row, part: JSON.parse(row.part) as Part }
}

/** Notes which ports a server's programs listen on from now on. */
export function listen(db: CloudDatabase, server: ObjectRow, ports: readonly number[], atMs: number): void {
  db.run('update servers set listening_ports = ? where id = ?', JSON.stringify(ports), server.id)
  noteAnswers(db, membersThrough(db, server), atMs)
}
