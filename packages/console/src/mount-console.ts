import { fileURLToPath } from 'node:url'
import type { ActionsReader } from 'evenkeel/actions'
import type { Series, StatsSeries } from 'evenkeel/stats'
import { type ErasedPrincipal, erasePrincipal, type TxLog } from 'evenkeel/tx-log'
import type { FastifyInstance } from 'fastify'
import { OperatorAccess } from './access/operator-access.ts'
import { addActionEventsRoute } from './actions/action-events-route.ts'
import { addActionRoutes } from './actions/action-routes.ts'
import { addDeedRoutes } from './actions/deed-routes.ts'
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
  /** Whether `token` is an operator's. Must compare in constant time. */
  isOperator(token: string): Promise<boolean>
  /** What the operator with this token is called, in the log and beside what they did to actions. @default 'operator' */
  nameOf?: (token: string) => Promise<string | undefined>
  /** Seals the sessions of operators who have signed in: at least 32 random bytes, kept across restarts. */
  sessionKey: Uint8Array
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
 * await mountConsole(app, { stats, log, actions, sessionKey, isOperator: token => tokens.isOperator(token) })
 */
export async function mountConsole(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  const { stats, series, log, actions, routes, now = Date.now } = options
  const { prefix = '/console', webRoot = builtPages } = options
  const {
    sessionKey,
    nameOf = async () => undefined,
    erase = principal => erasePrincipal(principal, { logs: [log] }),
  } = options
  const isOperator = (token: string) => options.isOperator(token)
  const access = new OperatorAccess({ isOperator, nameOf, sessionKey, cookiePath: prefix, now })

  await app.register(
    async scope => {
      await scope.register(async api => access.addSessionRoutes(api), { prefix: '/api' })
      await scope.register(
        async api => {
          access.guard(api)
          api.get('/session', async (_request, reply) => reply.code(204).send())
          addLiveRoute(api, { stats: series ?? stats, log, actions, now })
          addTransactionRoutes(api, { log, erase })
          addTailRoute(api, { log, now })
          addActionRoutes(api, actions)
          addActionEventsRoute(api, actions)
          addDeedRoutes(api, { actions, nameOf: request => access.nameOf(request) })
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
