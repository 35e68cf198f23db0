import { type QuotaAmounts, type QuotaKind, quotaKinds } from '../records/quota-amounts.ts'
import type { Combination } from './combinations.ts'
import type { Aftermath } from './strike.ts'

/** A combination and what came of it. */
export interface Outcome {
  readonly combination: Combination
  readonly aftermath: Aftermath
}

const widths = { operation: 27, fault: 13, scene: 40, end: 44, attempts: 10, orphans: 9 }

/** The heads of the columns. */
export function header(): string {
  const { operation, fault, scene, end, attempts, orphans } = widths
  return [
    'operation'.padEnd(operation),
    'fault'.padEnd(fault),
    'while a customer'.padEnd(scene),
    'end'.padEnd(end),
    'attempts'.padEnd(attempts),
    'orphans'.padEnd(orphans),
    'quota in use',
  ].join('')
}

/** One combination in a line, and below it what is not as it must be. */
export function row({ combination, aftermath }: Outcome): string {
  const { end, attempts, orphans, quotaUse, complaints } = aftermath
  const line = [
    combination.operation.padEnd(widths.operation),
    combination.fault.padEnd(widths.fault),
    combination.scene.padEnd(widths.scene),
    end.padEnd(widths.end),
    String(attempts).padEnd(widths.attempts),
    String(orphans.length).padEnd(widths.orphans),
    inUse(quotaUse),
  ].join('')
  return [line, ...complaints.map(complaint => `  ✗ ${complaint}`)].join('\n')
}

/** All of them in a line, at the end. */
export function summary(outcomes: readonly Outcome[]): string {
  const orphans = outcomes.reduce((sum, { aftermath }) => sum + aftermath.orphans.length, 0)
  const wrong = outcomes.filter(({ aftermath }) => aftermath.complaints.length > 0).length
  const isQuotaExact = outcomes.every(({ aftermath }) => aftermath.isQuotaExact)
  return [
    `${outcomes.length} combinations`,
    `${orphans} orphans`,
    isQuotaExact ? 'quota exact' : 'quota wrong',
    ...(wrong === 0 ? [] : [`${wrong} not as they must be`]),
  ].join(', ')
}

const nouns: { readonly [Kind in QuotaKind]: string } = {
  servers: 'servers',
  vcpus: 'vCPUs',
  memoryGb: 'GB memory',
  volumeGb: 'GB volumes',
  networks: 'networks',
  floatingIps: 'floating IPs',
  volumeSnapshots: 'snapshots',
  serverGroups: 'server groups',
  loadBalancers: 'load balancers',
  customImages: 'custom images',
  objectsUsers: 'objects users',
  routers: 'routers',
}

function inUse(use: QuotaAmounts): string {
  const kinds = quotaKinds.filter(kind => use[kind] > 0)
  return kinds.length === 0 ? 'none' : kinds.map(kind => `${use[kind]} ${nouns[kind]}`).join(', ')
}
