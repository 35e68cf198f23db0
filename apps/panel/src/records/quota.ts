import { QuotaExceededException } from 'evenkeel'
import { flavorOf } from '../catalogue.ts'
import type { OwnedTableName } from './owned.ts'
import { type Places, prepared } from './prepared.ts'
import { ProjectDeletedException } from './projects.ts'
import { amountsBy, type QuotaAmounts, type QuotaKind, quotaKinds, quotasOf } from './quota-amounts.ts'
import type { Db } from './tables.ts'

/** More was asked than the project may have. */
export class PanelQuotaExceededException extends QuotaExceededException<{
  limit: string
  allowed: number
  used: number
  wanted: number
}> {
  constructor(limit: QuotaKind, allowed: number, used: number, wanted: number) {
    const unit = units[limit]
    super(
      `This project's quota is ${allowed} ${unit}: ${used} are in use, and ${wanted} more were asked for. Delete what is not needed, or ask support for a higher quota.`,
      { data: { limit, allowed, used, wanted } },
    )
  }
}

const units: { readonly [Kind in QuotaKind]: string } = {
  servers: 'servers',
  vcpus: 'vCPUs',
  memoryGb: 'GB of memory',
  volumeGb: 'GB of volumes',
  networks: 'networks',
  floatingIps: 'floating IPs',
  volumeSnapshots: 'volume snapshots',
  serverGroups: 'server groups',
  loadBalancers: 'load balancers',
  customImages: 'custom images',
  objectsUsers: 'objects users',
  routers: 'routers',
}

/**
 * Makes sure that the project may have so much more. Only within the database transaction that then
 * writes the records or the reservation: otherwise two callers may both find room.
 *
 * @throws {PanelQuotaExceededException} it may not; names the first limit that is in the way
 * @throws {ProjectDeletedException} nothing comes to be in it any more
 */
export async function checkQuota(db: Db, projectId: string, wanted: Partial<QuotaAmounts>): Promise<void> {
  const more = (kind: QuotaKind) => wanted[kind] ?? 0
  // What asks for nothing more is never refused, also when a quota was lowered below the use.
  const asked = quotaKinds.filter(kind => more(kind) > 0)
  if (asked.length === 0) return
  const quotas = await findQuotas(db, projectId)
  const use = await useOf(db, projectId, asked)
  for (const kind of asked) {
    if (use[kind] + more(kind) > quotas[kind])
      throw new PanelQuotaExceededException(kind, quotas[kind], use[kind], more(kind))
  }
}

/** What the project has: its live records and the reservations of running changes. */
export async function quotaUse(db: Db, projectId: string): Promise<QuotaAmounts> {
  return useOf(db, projectId, quotaKinds)
}

/** What a change can set aside: of all else, what is being made is counted as it is there from its admission on. */
export type ReservableAmounts = Pick<QuotaAmounts, (typeof reservable)[number]>

const reservable = ['servers', 'vcpus', 'memoryGb', 'volumeGb'] as const

/** Sets amounts aside for a running action, until `settleReservation`. */
export async function reserveQuota(
  db: Db,
  actionId: string,
  projectId: string,
  { servers = 0, vcpus = 0, memoryGb = 0, volumeGb = 0 }: Partial<ReservableAmounts>,
): Promise<void> {
  await db
    .insertInto('reservations')
    .values({ actionId, projectId, servers, vcpus, memoryGb, volumeGb })
    .execute()
}

/** Gives back what the action had reserved, if anything. */
export async function settleReservation(db: Db, actionId: string): Promise<void> {
  await db.deleteFrom('reservations').where('actionId', '=', actionId).execute()
}

type OfProject = Places<{ projectId: string }>

const quotasById = prepared((db: Db, { projectId }: OfProject) =>
  db
    .selectFrom('projects')
    .select(['quotaServers', 'quotaVcpus', 'quotaMemoryGb', 'quotaVolumeGb', 'quotasJson'])
    .where('id', '=', projectId)
    .where('deletedAt', 'is', null),
)

async function findQuotas(db: Db, projectId: string): Promise<QuotaAmounts> {
  const [project] = await quotasById(db, { projectId })
  // Between the look at the token and this one it may have been deleted: nothing comes to be in it any more.
  if (project === undefined) throw new ProjectDeletedException()
  return quotasOf(project)
}

/** Counts those kinds, and leaves the others at 0: each count is a query that somebody waits for. */
async function useOf(db: Db, projectId: string, kinds: readonly QuotaKind[]): Promise<QuotaAmounts> {
  const asked = new Set(kinds)
  const counts = counters.filter(counter => counter.kinds.some(kind => asked.has(kind)))
  const counted: Partial<QuotaAmounts>[] = []
  for (const { count } of counts) counted.push(await count(db, projectId))
  return amountsBy(kind => counted.reduce((total, amounts) => total + (amounts[kind] ?? 0), 0))
}

/** Counts one or several kinds of what the project has. */
interface Counter {
  readonly kinds: readonly QuotaKind[]
  count(db: Db, projectId: string): Promise<Partial<QuotaAmounts>>
}

const counters: readonly Counter[] = [
  { kinds: ['servers', 'vcpus', 'memoryGb'], count: countServers },
  { kinds: ['volumeGb'], count: countVolumes },
  liveIn('networks'),
  liveIn('floatingIps'),
  liveIn('volumeSnapshots'),
  liveIn('serverGroups'),
  liveIn('loadBalancers'),
  liveIn('objectsUsers'),
  liveIn('routers'),
  { kinds: ['customImages'], count: countCustomImages },
  { kinds: reservable, count: countReservations },
]

const flavorsInUse = prepared((db: Db, { projectId }: OfProject) =>
  db
    .selectFrom('servers')
    .select(['flavor', ({ fn }) => fn.countAll<number>().as('count')])
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .groupBy('flavor'),
)

async function countServers(db: Db, projectId: string): Promise<Partial<QuotaAmounts>> {
  const flavors = await flavorsInUse(db, { projectId })
  const all = (amount: (flavor: string) => number) =>
    flavors.reduce((total, { flavor, count }) => total + count * amount(flavor), 0)
  return {
    servers: all(() => 1),
    vcpus: all(flavor => flavorOf(flavor).vcpuCount),
    memoryGb: all(flavor => flavorOf(flavor).memoryGb),
  }
}

const volumesInUse = prepared((db: Db, { projectId }: OfProject) =>
  db
    .selectFrom('volumes')
    .select(({ fn, val }) => fn.coalesce(fn.sum<number>('sizeGb'), val(0)).as('volumeGb'))
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null),
)

async function countVolumes(db: Db, projectId: string): Promise<Partial<QuotaAmounts>> {
  const [volumes = {}] = await volumesInUse(db, { projectId })
  return volumes
}

const liveInTable = prepared((db: Db, { projectId }: OfProject, table) =>
  db
    .selectFrom(table as OwnedTableName)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null),
)

function liveIn(kind: QuotaKind & OwnedTableName): Counter {
  return {
    kinds: [kind],
    async count(db, projectId) {
      const [live] = await liveInTable(db, { projectId }, kind)
      return { [kind]: live?.count ?? 0 }
    },
  }
}

const importsInUse = prepared((db: Db, { projectId }: OfProject) =>
  db
    .selectFrom('customImageImports')
    .select(({ fn }) => fn.countAll<number>().as('customImages'))
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .where('status', '!=', 'failed'),
)

/** Those that are being imported, too; and each image goes together with its import. */
async function countCustomImages(db: Db, projectId: string): Promise<Partial<QuotaAmounts>> {
  const [imports = {}] = await importsInUse(db, { projectId })
  return imports
}

const reservationsOf = prepared((db: Db, { projectId }: OfProject) =>
  db
    .selectFrom('reservations')
    .select(({ fn, val }) => reservable.map(kind => fn.coalesce(fn.sum<number>(kind), val(0)).as(kind)))
    .where('projectId', '=', projectId),
)

async function countReservations(db: Db, projectId: string): Promise<Partial<QuotaAmounts>> {
  const [reserved = {}] = await reservationsOf(db, { projectId })
  return reserved
}
