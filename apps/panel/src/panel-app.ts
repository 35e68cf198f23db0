import { mountConsole } from '@evenkeel/console'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { StatsFilter } from 'evenkeel/stats'
import { erasePrincipal } from 'evenkeel/tx-log'
import Fastify, { type FastifyInstance } from 'fastify'
import { closedSessionsIn, operatorsIn } from './accounts/operators.ts'
import { bucketCheck } from './actions/bucket-check.ts'
import { bucketUsageFrom } from './actions/bucket-usage.ts'
import { earlierStarts } from './actions/earlier-start.ts'
import { memberHealth } from './actions/member-health.ts'
import type { PanelActions } from './actions/panel-actions.ts'
import type { Perform } from './actions/perform.ts'
import { roomCheck } from './actions/room-check.ts'
import { answerCarefully, carefulHeaders } from './answer-headers.ts'
import { apiPath, buildApi } from './api/app.ts'
import { crossOriginHeaders } from './api/cors.ts'
import { originOf } from './api/href.ts'
import { presentException } from './api/present-exception.ts'
import { panelStatusOf } from './api/status-table.ts'
import { limitConnections } from './connection-limit.ts'
import { findingSource } from './operators/finding-source.ts'
import { addMetricsRoute } from './operators/metrics-route.ts'
import { operatorRoutes } from './operators/operator-routes.ts'
import type { Reconciler } from './reconciler/reconciler.ts'
import { release } from './release.ts'
import type { Reports } from './reports.ts'
import { secretBox } from './secret-box.ts'
import type { Settings } from './settings.ts'
import type { Stores } from './stores.ts'

export interface PanelAppOptions {
  settings: Settings
  stores: Stores
  actions: PanelActions
  reports: Reports
  /** Performs actions for whoever waits for an answer. */
  perform: Perform
  /** @default none: the console has no page of findings then */
  reconciler?: Reconciler
}

/** What the panel serves, in one chain: the API for customers, the console and the metrics for operators. */
export async function panelApp(options: PanelAppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    ...evenkeelFastifyOptions(),
    bodyLimit: 1024 * 1024,
    forceCloseConnections: 'idle',
  })
  limitConnections(app.server, { connectionsMax, say: options.reports.say })
  mountChain(app, options)
  answerCarefully(app)
  await addApi(app, options)
  await addOperatorPages(app, options)
  return app
}

/** Far more than customers' programs keep open, and no more than fit into some 100 MB. */
const connectionsMax = 4096

function mountChain(app: FastifyInstance, { settings, stores, reports }: PanelAppOptions): void {
  const { stats, log } = stores
  mountEvenkeel(app, {
    service: 'panel',
    stats,
    log,
    statusOf: panelStatusOf,
    present: presentException,
    headers: request => ({ ...carefulHeaders, ...crossOriginHeaders(request, apiPath(settings)) }),
    fieldsOf: ({ url, headers }) => ({
      path: url.split('?', 1)[0] ?? '',
      userAgent: String(headers['user-agent'] ?? ''),
    }),
    report: reports.report,
    emptyJsonBody: 'accept',
    onProblem: reports.onProblem,
  })
}

async function addApi(
  app: FastifyInstance,
  { settings, stores, actions, perform }: PanelAppOptions,
): Promise<void> {
  const { records, cloud, secretKey } = stores
  await buildApi({
    settings,
    records,
    actions,
    perform,
    findEarlierStart: earlierStarts(actions, records),
    capacityCheck: roomCheck(cloud.compute),
    healthOfMembers: memberHealth(cloud.loadBalancers),
    secrets: secretBox(secretKey.derive('object-storage-keys')),
    bucketCheck: bucketCheck(cloud.objectStorage),
    bucketUsage: bucketUsageFrom(cloud.objectStorage),
  })(app)
}

async function addOperatorPages(
  app: FastifyInstance,
  { settings, stores, actions, perform, reconciler, reports }: PanelAppOptions,
): Promise<void> {
  const { stats, series, log, records, cloud, secretKey } = stores
  const operators = operatorsIn(records)
  addMetricsRoute(app, { stats, log, release, operators })
  await mountConsole(app, {
    stats,
    series,
    log,
    actions,
    ...(reconciler && { findings: findingSource({ records, reconciler }) }),
    operators,
    sessionKey: secretKey.derive('console-session'),
    closedSessions: closedSessionsIn(records),
    originOf: request => originOf(request, settings),
    erase: principal =>
      erasePrincipal(principal, {
        logs: [log],
        filters: [new StatsFilter({ stats })],
        onProblem: reports.onProblem,
      }),
    routes: scope => operatorRoutes(scope, { cloud, records, perform }),
  })
}
