import { mountConsole } from '@evenkeel/console'
import { type Background, backgroundWith, type Exception } from 'evenkeel'
import { type ActionRun, type StepCall, sqliteJournal } from 'evenkeel/actions'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { memoryStats, StatsFilter, sqliteSeries } from 'evenkeel/stats'
import { erasePrincipal, loggable, sqliteTxLog, TxLoggingFilter } from 'evenkeel/tx-log'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { type GeneratedTokens, prepareAccounts } from './accounts/first-start.ts'
import { hashOfToken } from './accounts/token.ts'
import { type OpenPanelActionsOptions, openPanelActions } from './actions/panel-actions.ts'
import { roomCheck } from './actions/room-check.ts'
import { serverOperations } from './actions/server-operations.ts'
import { apiPath, buildApi } from './api/app.ts'
import { crossOriginHeaders } from './api/cors.ts'
import { presentException } from './api/present-exception.ts'
import { panelStatusOf } from './api/status-table.ts'
import { embeddedCloud } from './cloud/embedded/embedded-cloud.ts'
import { claimDataDir } from './data-dir.ts'
import { openData } from './data-unusable.ts'
import { addMetricsRoute } from './operators/metrics-route.ts'
import { operatorRoutes } from './operators/operator-routes.ts'
import { openRecords } from './records/database.ts'
import { isOperatorTokenKnown } from './records/tokens.ts'
import { release } from './release.ts'
import { loadSecretKey } from './secret-key.ts'
import { checkSecretKey } from './secret-key-check.ts'
import type { Settings } from './settings.ts'
import { StartRefusedException } from './start-refused.ts'

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
  const opened = new AsyncDisposableStack()
  try {
    const dataDir = claimDataDir(settings.dataDir)
    opened.defer(() => dataDir.release())
    const secretKey = loadSecretKey({ secretKey: settings.secretKey, dataDir: settings.dataDir })
    const records = await openRecords({ path: dataDir.file('panel.db') })
    opened.defer(() => records.close())
    if (records.upgraded !== undefined) logger.info(records.upgraded)
    await checkSecretKey(records, secretKey)
    const tokens = await prepareAccounts(records, settings)

    const onProblem = (exception: Exception) => logger.error({ err: exception }, exception.message)
    const stats = memoryStats()
    const series = sqliteSeries({ stats, path: dataDir.file('series.db'), release, onProblem })
    opened.defer(() => series.close())
    const log = sqliteTxLog({
      folder: dataDir.file('tx-log'),
      fields: { path: loggable.text(500), userAgent: loggable.text(200), erasedRows: loggable.number() },
      onProblem,
    })
    opened.defer(() => log.close())
    const cloud = await openData(dataDir.file('cloud.db'), () =>
      embeddedCloud({ path: dataDir.path, latencyFactor: settings.cloudLatency }),
    )
    opened.defer(() => cloud.close())
    const journalPath = dataDir.file('journal.db')
    const journal = await openData(journalPath, () => sqliteJournal({ path: journalPath, onProblem }))
    opened.defer(() => journal.close())

    const report = (exception: Exception, { id, operation }: { id: string; operation: string }) =>
      logger.error({ err: exception, tx: id, operation }, exception.message)
    const actionsOptions: OpenPanelActionsOptions = {
      world: { cloud, records },
      journal,
      secretKey: secretKey.derive('journal'),
      settleMs: settings.actionSettleMs,
      watchMs: settings.actionWatchMs,
      filters: [
        new StatsFilter<ActionRun, unknown>({ stats, statusOf: panelStatusOf }),
        new TxLoggingFilter<ActionRun, unknown>({ log, statusOf: panelStatusOf, report, onProblem }),
      ],
      stepFilters: [
        new StatsFilter<StepCall, unknown>({
          stats,
          identify: ({ operation }) => ({ kind: 'step', operation }),
        }),
      ],
      report: (exception, operation, id) => report(exception, { id, operation }),
    }
    const actions = await openData(journalPath, () => openPanelActions(actionsOptions))
    opened.defer(() => actions.stop())

    const app = Fastify({
      ...evenkeelFastifyOptions(),
      bodyLimit: 1024 * 1024,
      forceCloseConnections: 'idle',
    })
    mountEvenkeel(app, {
      service: 'panel',
      stats,
      log,
      statusOf: panelStatusOf,
      present: presentException,
      headers: request => crossOriginHeaders(request, apiPath(settings)),
      fieldsOf: ({ url, headers }) => ({
        path: url.split('?', 1)[0] ?? '',
        userAgent: String(headers['user-agent'] ?? ''),
      }),
      report,
      emptyJsonBody: 'accept',
      onProblem,
    })
    const operations = serverOperations(actions)
    await buildApi({ settings, records, operations, capacityCheck: roomCheck(cloud.compute) })(app)
    const isOperator = (token: string) => isOperatorTokenKnown(records.read, hashOfToken(token))
    addMetricsRoute(app, { stats, log, release, isOperator })
    await mountConsole(app, {
      stats,
      series,
      log,
      actions,
      isOperator,
      sessionKey: secretKey.derive('console-session'),
      erase: principal =>
        erasePrincipal(principal, { logs: [log], filters: [new StatsFilter({ stats })], onProblem }),
      routes: scope => operatorRoutes(scope, { cloud, records }),
    })
    await listen(app, settings)
    opened.defer(async () => {
      // Together: a request that waits for its turn is answered only when the actions stop.
      const paused = actions.stop()
      await app.close()
      await paused
    })
    const background = backgroundWith({ stats, log, report, onProblem })
    return { url: urlOf(settings), tokens, background, close: () => opened.disposeAsync() }
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
}

async function listen(app: FastifyInstance, { host, port }: Settings): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw new AddressNotAvailableException(host, port, error)
  }
}

function urlOf({ host, port, publicUrl }: Settings): string {
  const everywhere = host === '0.0.0.0' || host === '::'
  const name = everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return publicUrl ?? `http://${name}:${port}`
}
