import { QuotaExceededException } from 'evenkeel'
import { flavorOf } from '../catalogue.ts'
import type { Db } from './tables.ts'

/** Amounts of what a project has, wants or may have. */
export interface QuotaAmounts {
  readonly servers: number
  readonly vcpus: number
  readonly memoryGb: number
  readonly volumeGb: number
}

/** More was asked than the project may have. */
export class PanelQuotaExceededException extends QuotaExceededException<{
  limit: string
  allowed: number
  used: number
  wanted: number
}> {
  constructor(limit: keyof QuotaAmounts, allowed: number, used: number, wanted: number) {
    const unit = units[limit]
    super(
      `This project's quota is ${allowed} ${unit}: ${used} are in use, and ${wanted} more were asked for. Delete what is not needed, or ask support for a higher quota.`,
      { data: { limit, allowed, used, wanted } },
    )
  }
}

const units: { readonly [Limit in keyof QuotaAmounts]: string } = {
  servers: 'servers',
  vcpus: 'vCPUs',
  memoryGb: 'GB of memory',
  volumeGb: 'GB of volumes',
}

/**
 * Makes sure that the project may have so much more. Only within the database transaction that then
 * writes the records or the reservation: otherwise two callers may both find room.
 *
 * @throws {PanelQuotaExceededException} it may not; names the first limit that is in the way
 */
export async function checkQuota(db: Db, projectId: string, wanted: Partial<QuotaAmounts>): Promise<void> {
  const quota = await quotaOf(db, projectId)
  const use = await quotaUse(db, projectId)
  for (const limit of Object.keys(units) as (keyof QuotaAmounts)[]) {
    const more = wanted[limit] ?? 0
    // What asks for nothing more is never refused, also when a quota was lowered below the use.
    if (more > 0 && use[limit] + more > quota[limit]) {
      throw new PanelQuotaExceededException(limit, quota[limit], use[limit], more)
    }
  }
}

/** What the project has: its live records and the reservations of running changes. */
export async function quotaUse(db: Db, projectId: string): Promise<QuotaAmounts> {
  const flavors = await db
    .selectFrom('servers')
    .select(['flavor', ({ fn }) => fn.countAll<number>().as('count')])
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .groupBy('flavor')
    .execute()
  const volumes = await db
    .selectFrom('volumes')
    .select(({ fn, val }) => fn.coalesce(fn.sum<number>('sizeGb'), val(0)).as('sizeGb'))
    .where('projectId', '=', projectId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  const reserved = await reservations(db, projectId)
  const has = (amount: (flavor: string) => number) =>
    flavors.reduce((total, { flavor, count }) => total + count * amount(flavor), 0)
  return {
    servers: has(() => 1) + reserved.servers,
    vcpus: has(flavor => flavorOf(flavor).vcpuCount) + reserved.vcpus,
    memoryGb: has(flavor => flavorOf(flavor).memoryGb) + reserved.memoryGb,
    volumeGb: volumes.sizeGb + reserved.volumeGb,
  }
}

/** Sets amounts aside for a running action, until `settleReservation`. */
export async function reserveQuota(
  db: Db,
  actionId: string,
  projectId: string,
  { servers = 0, vcpus = 0, memoryGb = 0, volumeGb = 0 }: Partial<QuotaAmounts>,
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

async function quotaOf(db: Db, projectId: string): Promise<QuotaAmounts> {
  return db
    .selectFrom('projects')
    .select([
      'quotaServers as servers',
      'quotaVcpus as vcpus',
      'quotaMemoryGb as memoryGb',
      'quotaVolumeGb as volumeGb',
    ])
    .where('id', '=', projectId)
    .executeTakeFirstOrThrow()
}

async function reservations(db: Db, projectId: string): Promise<QuotaAmounts> {
  return db
    .selectFrom('reservations')
    .select(({ fn, val }) => [
      fn.coalesce(fn.sum<number>('servers'), val(0)).as('servers'),
      fn.coalesce(fn.sum<number>('vcpus'), val(0)).as('vcpus'),
      fn.coalesce(fn.sum<number>('memoryGb'), val(0)).as('memoryGb'),
      fn.coalesce(fn.sum<number>('volumeGb'), val(0)).as('volumeGb'),
    ])
    .where('projectId', '=', projectId)
    .executeTakeFirstOrThrow()
}
