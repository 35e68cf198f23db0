import { ValidationException } from 'evenkeel'
import type { HttpCheck, MonitorSettings as Settings } from '../cloud/load-balancers.ts'
import { type MonitorRecord, monitorRecords } from '../records/load-balancer-monitors.ts'
import { type Given, partChange, partCreation, partDeletion, withGiven } from './load-balancer-part.ts'
import { loadBalancerOfPool, requirePool } from './pool-of-load-balancer.ts'
import { MonitorSettings, makePart, removePartOf, setPart } from './steps/load-balancer-part.ts'

/** A health monitor to create, with everything that was left open decided. */
export type CreateMonitorRequest = Omit<
  MonitorRecord,
  'loadBalancerUuid' | 'cloudPartId' | 'deletedAt' | 'change'
>

/** What isn't given stays: also of what is asked by HTTP. */
export interface WantedMonitorSettings extends Given<Omit<Settings, 'http'>> {
  readonly http?: Given<HttpCheck> | undefined
}

export const createMonitor = partCreation<CreateMonitorRequest, MonitorRecord>({
  records: monitorRecords,
  make: makePart('monitor'),
  loadBalancerOf: loadBalancerOfPool,
  async plan(request, db) {
    const { poolId, pool, loadBalancer } = await requirePool(db, request)
    const [other] = await monitorRecords.listWhere(db, 'poolUuid', pool.uuid)
    if (other !== undefined) {
      throw new ValidationException({
        pool: `Pool '${pool.name}' has a health monitor already (${other.uuid}). Change that one, or delete it first.`,
      })
    }
    requireSound(request)
    return {
      loadBalancer,
      record: request,
      part: { kind: 'monitor', poolId, type: request.type, ...MonitorSettings.parse(request) },
    }
  },
})

export const changeMonitor = partChange<MonitorRecord, Settings, WantedMonitorSettings>({
  records: monitorRecords,
  schema: MonitorSettings,
  set: setPart('monitor', MonitorSettings),
  async settingsFor({ http: wantedHttp = {}, ...wanted }, record) {
    const http = record.http && withGiven<HttpCheck>(record.http, wantedHttp)
    if (http === null && Object.keys(wantedHttp).length > 0) refuseHttp(record)
    const settings = { ...withGiven<Omit<Settings, 'http'>>(record, wanted), http, type: record.type }
    requireSound(settings)
    return settings
  },
})

export const deleteMonitor = partDeletion({
  records: monitorRecords,
  remove: removePartOf('monitor', monitorRecords),
})

/** What each check by HTTP asks unless told otherwise. */
export const defaultHttpCheck: HttpCheck = {
  method: 'GET',
  urlPath: '/',
  version: '1.1',
  host: null,
  expectedCodes: ['200'],
}

/** Whether checks of the type ask by HTTP. */
export function isByHttp(type: MonitorRecord['type']): boolean {
  return type === 'http' || type === 'https'
}

/** @throws {ValidationException} checks of the type don't ask by HTTP */
export function refuseHttp({ type }: Pick<MonitorRecord, 'type'>): never {
  throw new ValidationException({
    http: `Only monitors of the types http and https ask by HTTP, and this one is of the type ${type}. Leave the field out.`,
  })
}

function requireSound({ delayS, timeoutS, http }: Settings): void {
  if (timeoutS > delayS) {
    throw new ValidationException({
      timeout_s: `A check may not take longer than the time until the next one: timeout_s is ${timeoutS}, and delay_s ${delayS}.`,
    })
  }
  if (http?.host !== undefined && http.host !== null && http.version === '1.0') {
    throw new ValidationException({ 'http.host': 'The host argument can not be used with HTTP version 1.0.' })
  }
}
