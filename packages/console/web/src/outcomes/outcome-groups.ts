import type { LiveCount } from '../../../src/live/live-reading.ts'

/**
 * How an exception class bears on the success rate: it lowers it; it doesn't by its category; or it doesn't because it
 * was met on the way, within a transaction, which may have gone on to succeed. The last of all was not even met.
 */
export type OutcomeGroup =
  | 'failures'
  | 'ignored'
  | 'step'
  | 'call'
  | 'branch'
  | 'fail-open'
  | 'if-failed-closed'

export const groupOrder: readonly OutcomeGroup[] = [
  'failures',
  'ignored',
  'step',
  'call',
  'branch',
  'fail-open',
  'if-failed-closed',
]

export const groupNames: Record<OutcomeGroup, string> = {
  failures: 'Failures',
  ignored: 'Ignored failures',
  step: 'In steps',
  call: 'In outgoing calls',
  branch: 'In branches',
  'fail-open': 'Failed open',
  'if-failed-closed': 'Had it failed closed',
}

/** The groups that are named even when nothing is in them: whose emptiness is the good news. */
export const alwaysNamed: readonly OutcomeGroup[] = ['failures', 'ignored']

/** The group that an outcome with an exception belongs to. */
export function groupOf(outcome: LiveCount): OutcomeGroup {
  switch (outcome.kind) {
    case 'request':
    case 'action':
    case 'background':
      return isFailed(outcome) ? 'failures' : 'ignored'
    default:
      return outcome.kind
  }
}

/** Whether it was a whole transaction, which alone the success rate is about. */
export function isTransaction({ kind }: LiveCount): boolean {
  return kind === 'request' || kind === 'action' || kind === 'background'
}

/** Whether it lowers the success rate, were it a transaction. */
export function isFailed({ category }: LiveCount): boolean {
  return category === 'dependency' || category === 'internal'
}
