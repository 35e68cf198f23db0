import { type Background, backgroundWith } from 'evenkeel'
import type { ActionRun, StepCall } from 'evenkeel/actions'
import { StatsFilter } from 'evenkeel/stats'
import { TxLoggingFilter } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { type GeneratedTokens, prepareAccounts } from './accounts/first-start.ts'
import { openPanelActions, type PanelActions } from './actions/panel-actions.ts'
import { performer } from './actions/perform.ts'
import { SuspensionKeeper } from './actions/suspension-keeper.ts'
import { panelStatusOf } from './api/status-table.ts'
import { openData } from './data-unusable.ts'
import { EventDelivery } from './events/event-delivery.ts'
import { pruneOldEvents } from './events/prune-events.ts'
import { panelApp } from './panel-app.ts'
import { type OpenReconciler, openReconciler } from './reconciler/open-reconciler.ts'
import { type Reports, reportsTo } from './reports.ts'
import type { Settings } from './settings.ts'
import { StartRefusedException } from './start-refused.ts'
import { journalPath, openStores, type Stores } from './stores.ts'

/** A panel that serves. */
export interface Panel {
  /** Where it is reached, without a slash at the end. */
  readonly url: string
  /** Only at the first start: the tokens that were made, which are shown this once. */
  readonly tokens: GeneratedTokens
  /** For work that nobody waits for: counted and logged like a request. */
  readonly background: Background
  /** Stops taking requests, pauses running actions, and makes everything durable: within seconds. */
  close(): Promise<void>
}

/** The address to listen on can't be had. */
export class AddressNotAvailableException extends StartRefusedException {
  constructor(host: string, port: number, cause: unknown) {
    const code = (cause as { code?: unknown }).code
    const reason =
      code === 'EADDRINUSE' ? 'another program listens there' : String((cause as Error).message ?? cause)
    super(`Can't listen on ${host}:${port}: ${reason}. Stop it, or set PORT or HOST to something else.`, {
      cause,
    })
  }
}

/**
 * Puts the panel together on its embedded defaults, and serves. What was opened is closed again, newest first, both
 * when the panel closes and when it can't start.
 *
 * @throws {StartRefusedException} it can't start like this; the message is one line for whoever starts it
 */
export async function openPanel(settings: Settings, logger: Logger): Promise<Panel> {
  const reports = reportsTo(logger)
  const opened = new AsyncDisposableStack()
  try {
    const stores = await openStores(settings, reports, opened)
    const tokens = await prepareAccounts(stores.records, settings)
    const actions = opened.adopt(await goOnWithActions(stores, settings, reports), open => open.stop())
    const background = workInBackground(stores, reports, opened)
    const stopping = new AbortController()
    const { records } = stores
    const perform = performer({ actions, records, stopping: stopping.signal })
    opened.adopt(SuspensionKeeper.start({ records, perform, background }), keeper => keeper.stop())
    const reconciler = opened.adopt(reconcilerOn(stores, actions, background, settings, reports), open =>
      open.stop(),
    )
    const app = await panelApp({ settings, stores, actions, reports, perform, reconciler })
    await listen(app, settings)
    reconciler.begin()
    opened.defer(() => stopServing(app, actions, stopping))
    return { url: urlOf(settings), tokens, background, close: () => opened.disposeAsync() }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

/** Opens the engine: what an earlier process left unfinished goes on from here. */
function goOnWithActions(
  { dataDir, secretKey, records, stats, log, cloud, journal }: Stores,
  { actionSettleMs, actionWatchMs }: Settings,
  { report, onProblem }: Reports,
): Promise<PanelActions> {
  const statusOf = panelStatusOf
  return openData(journalPath(dataDir), () =>
    openPanelActions({
      world: { cloud, records },
      journal,
      secretKey: secretKey.derive('journal'),
      settleMs: actionSettleMs,
      watchMs: actionWatchMs,
      filters: [
        new StatsFilter<ActionRun, unknown>({ stats, statusOf }),
        new TxLoggingFilter<ActionRun, unknown>({ log, statusOf, report, onProblem }),
      ],
      stepFilters: [
        new StatsFilter<StepCall, unknown>({
          stats,
          identify: ({ operation }) => ({ kind: 'step', operation }),
        }),
      ],
      report: (exception, operation, id) => report(exception, { id, operation }),
    }),
  )
}

/** What nobody waits for: events are passed on, and old ones dropped. */
function workInBackground(
  { records, cloud, stats, log }: Stores,
  reports: Reports,
  opened: AsyncDisposableStack,
): Background {
  const background = opened.adopt(backgroundWith({ ...reports, stats, log }), runs => runs.stop())
  opened.adopt(EventDelivery.start({ records, events: cloud.events, background }), delivery =>
    delivery.stop(),
  )
  background.repeat('events.prune', () => pruneOldEvents(records, Date.now()), { intervalMs: 3_600_000 })
  return background
}

/** Compares the records with the cloud, from the moment on that the panel serves. */
function reconcilerOn(
  { records, cloud }: Stores,
  actions: PanelActions,
  background: Background,
  { actionWatchMs: watchMs, reconcileEveryS }: Settings,
  { onProblem }: Reports,
): OpenReconciler {
  const everyMs = reconcileEveryS * 1000
  return openReconciler({ records, cloud, actions, background, watchMs, everyMs, onProblem })
}

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw new AddressNotAvailableException(host, port, error)
  }
}

/** Together: a request that waits for its turn, or for an end, is answered only when the actions stop. */
async function stopServing(
  app: FastifyInstance,
  actions: PanelActions,
  stopping: AbortController,
): Promise<void> {
  const paused = actions.stop()
  stopping.abort()
  await app.close()
  await paused
}

function urlOf({ host, port, publicUrl }: Settings): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return publicUrl ?? `http://${name}:${port}`
}
