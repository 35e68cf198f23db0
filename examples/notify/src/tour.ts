import { backgroundWith, FanOutException } from 'evenkeel'
import { memoryStats, type OutcomeCount } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import type { Health } from './health.ts'
import { notifier } from './notify.ts'
import { phoneOf } from './phone.ts'
import { postOf } from './post.ts'
import { tabletOf } from './tablet.ts'

/** What became of one notification. */
export interface Stop {
  readonly situation: string
  /** The ways on which the user was reached. */
  readonly reached: readonly string[]
  /** What was thrown, by its class, if not all ways succeeded. */
  readonly thrown: string | undefined
}

/** Sends one notification in each situation, and answers with what became of it and what was counted. */
export async function tour(): Promise<{ stops: readonly Stop[]; counts: readonly OutcomeCount[] }> {
  const health: Health = { phone: 'well', tablet: 'well', mailbox: 'well' }
  const notify = notifier({ phone: phoneOf(health), tablet: tabletOf(health), post: postOf(health) })
  const stats = memoryStats()
  const background = backgroundWith({ stats, log: memoryTxLog() })

  const stops: Stop[] = []
  for (const [situation, { text = 'Tea is ready.', ...troubles }] of situations) {
    Object.assign(health, { phone: 'well', tablet: 'well', mailbox: 'well' }, troubles)
    await background('notify', async () => {
      try {
        const reached = await notify('ada', text)
        stops.push({ situation, reached: Object.keys(reached), thrown: undefined })
      } catch (thrown) {
        if (thrown instanceof FanOutException) {
          stops.push({ situation, reached: Object.keys(thrown.results), thrown: thrown.className })
        }
        throw thrown
      }
    })
  }
  return { stops, counts: stats.totals() }
}

const situations: readonly (readonly [string, Partial<Health> & { text?: string }])[] = [
  ['all is well', {}],
  ['the mailbox is full', { mailbox: 'full' }],
  ['the mailbox is full, the tablet off', { mailbox: 'full', tablet: 'offline' }],
  ['nothing can be reached', { phone: 'offline', tablet: 'offline', mailbox: 'full' }],
  ['the phone is muted', { phone: 'muted' }],
  ['the text is long', { text: 'Tea is ready, and it is getting cold while I write this.' }],
]
