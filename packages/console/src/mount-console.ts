import { fileURLToPath } from 'node:url'
import type { ActionsReader } from 'evenkeel/actions'
import type { Series, StatsSeries } from 'evenkeel/stats'
import { type ErasedPrincipal, erasePrincipal, type TxLog } from 'evenkeel/tx-log'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { OperatorAccess } from './access/operator-access.ts'
import type { Operators } from './access/operators.ts'
import { type ClosedSessions, closedSessionsInMemory } from './access/session.ts'
import { addActionEventsRoute } from './actions/action-events-route.ts'
import { addActionRoutes } from './actions/action-routes.ts'
import { addDeedRoutes } from './actions/deed-routes.ts'
import { addFindingRoutes } from './findings/finding-routes.ts'
import type { FindingsSource } from './findings/findings-source.ts'
import { addLiveRoute } from './live/live-route.ts'
import { addPageRoutes } from './pages/page-routes.ts'
import { addIncidentRoute } from './records/incident-route.ts'
import { addTailRoute } from './records/tail-route.ts'
import { addTransactionRoutes } from './records/transaction-routes.ts'
import { addStatisticsRoutes } from './statistics/statistics-routes.ts'

export interface ConsoleOptions {
  stats: StatsSeries
  /** Statistics that outlive the process: the graph begins with them, and they tell what a dip was made of. @default none */
  series?: Series
  log: TxLog
  actions: ActionsReader
  /** Where the application's records and the cloud differ. With it, the console has the page for it. @default none */
  findings?: FindingsSource
  /** Who may use it. */
  operators: Operators
  /** Seals the sessions of operators who have signed in: at least 32 random bytes, kept across restarts. */
  sessionKey: Uint8Array
  /** Keeps which sessions were closed before their end. @default as long as the process runs */
  closedSessions?: ClosedSessions
  /** Where a request found the console, such as `https://panel.example.com`. @default the scheme and host that it came by */
  originOf?: (request: FastifyRequest) => string
  /** The path that the console is mounted at, without a slash at its end. @default '/console' */
  prefix?: string
  /** The folder that the pages were built into. @default `dist` in this package */
  webRoot?: string
  /** Adds an application's own routes for operators under `<prefix>/api`, behind the same guard. */
  routes?: (scope: FastifyInstance) => void
  /** Erases a principal from every log that may hold something of theirs. @default from `log` */
  erase?: (principal: string) => Promise<ErasedPrincipal>
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/**
 * Mounts the operators' console into a server: the pages at `<prefix>` and the small API under them at
 * `<prefix>/api`. Everything but the sign-in form wants an operator's token or the session opened with one.
 *
 * It throws exceptions and leaves the answering to the server it is mounted in: `NotAnOperatorException`,
 * `ValidationException` and the others listed in `exceptions.ts`.
 *
 * @example
 * await mountConsole(app, { stats, log, actions, sessionKey, operators })
 */
export async function mountConsole(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  const { stats, series, log, actions, findings, routes, now = Date.now } = options
  const { prefix = '/console', webRoot = builtPages } = options
  const {
    operators,
    sessionKey,
    closedSessions = closedSessionsInMemory(now),
    originOf = ({ protocol, host }: FastifyRequest) => `${protocol}://${host}`,
    erase = principal => erasePrincipal(principal, { logs: [log] }),
  } = options
  const access = new OperatorAccess({
    operators,
    closedSessions,
    sessionKey,
    cookiePath: prefix,
    originOf,
    now,
  })

  await app.register(
    async scope => {
      await scope.register(async api => access.addSessionRoutes(api), { prefix: '/api' })
      await scope.register(
        async api => {
          access.guard(api)
          api.get('/session', async (_request, reply) => reply.code(204).send())
          const nameOf = (request: FastifyRequest) => access.nameOf(request)
          addLiveRoute(api, { stats: series ?? stats, log, actions, findings, now })
          addTransactionRoutes(api, { log, erase })
          addTailRoute(api, { log, now })
          addActionRoutes(api, actions)
          addActionEventsRoute(api, actions)
          addDeedRoutes(api, { actions, nameOf })
          if (findings !== undefined) addFindingRoutes(api, { findings, nameOf })
          addIncidentRoute(api, { log, actions })
          addStatisticsRoutes(api, { series, now })
          routes?.(api)
        },
        { prefix: '/api' },
      )
      await addPageRoutes(scope, { webRoot, prefix, hasSession: request => access.hasSession(request) })
    },
    { prefix },
  )
}

const builtPages = fileURLToPath(new URL('../dist', import.meta.url))
