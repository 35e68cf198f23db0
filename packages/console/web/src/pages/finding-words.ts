import type { Comparison, Finding } from '../../../src/findings/findings-source.ts'
import type { Tone } from '../ui/tone.ts'
import type { StateLook } from './action-words.ts'

export const findingKinds: Record<Finding['kind'], { readonly word: string; readonly tone: Tone }> = {
  orphan: { word: 'orphan', tone: 'warn' },
  missing: { word: 'missing', tone: 'bad' },
  drifted: { word: 'drifted', tone: 'warn' },
  broken: { word: 'broken', tone: 'bad' },
}

export const findingLooks: Record<Finding['state'], StateLook> = {
  open: { word: 'open', tone: 'warn', isOpen: true },
  repairing: { word: 'being repaired', tone: 'accent', isOpen: true },
  repaired: { word: 'repaired', tone: 'good', isOpen: false },
  dismissed: { word: 'dismissed', tone: 'neutral', isOpen: false },
  passed: { word: 'gone by itself', tone: 'neutral', isOpen: false },
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
