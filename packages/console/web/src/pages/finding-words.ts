import type { Comparison, Finding } from '../../../src/findings/findings-source.ts'
import type { Tone } from '../ui/tone.ts'

export const findingKinds: Record<Finding['kind'], { readonly word: string; readonly tone: Tone }> = {
  orphan: { word: 'orphan', tone: 'warn' },
  missing: { word: 'missing', tone: 'bad' },
  drifted: { word: 'drifted', tone: 'warn' },
  broken: { word: 'broken', tone: 'bad' },
}

/** What a finding has come to, as a sentence's beginning. */
export const findingEnds: Record<Finding['state'], string> = {
  open: 'Open',
  repairing: 'Being repaired',
  repaired: 'Repaired',
  dismissed: 'Dismissed',
  passed: 'Seen to be gone',
}

/** What a finding is about: "load balancer pool web". */
export function objectOf({ objectKind, objectName, objectUuid, cloudId }: Finding): string {
  return `${kindInWords(objectKind)} ${objectName ?? cloudId ?? objectUuid ?? ''}`
}

/** "load-balancer-pool" as people say it. */
export function kindInWords(objectKind: string): string {
  return objectKind.replaceAll('-', ' ')
}

/** How many were compared, over all kinds. */
export function objectsIn(compared: Comparison['compared']): number {
  return Object.values(compared).reduce((sum, count) => sum + count, 0)
}
