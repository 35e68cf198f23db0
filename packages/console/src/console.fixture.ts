import { type Exception, statusOf, type TxId } from 'evenkeel'
import type { ActionSummary, ActionsOverview, ActionsReader, ActionView, ResidueView } from 'evenkeel/actions'
import type { SecondOfOutcomes, StatsSeries } from 'evenkeel/stats'
import type { TxLog, TxQuery, TxRow } from 'evenkeel/tx-log'
import Fastify, { type FastifyInstance } from 'fastify'
import { fixedOperators } from './access/operators.ts'
import { type ConsoleOptions, mountConsole } from './mount-console.ts'

/** What a console in a test shows, and can be changed under its eyes. */
export class FakeRecords implements ActionsReader {
  seconds: SecondOfOutcomes[] = []
  rows: TxRow[] = []
  views: ActionView[] = []
  leftOver: ResidueView[] = []
  /** The queries that the log was asked. */
  readonly queries: TxQuery[] = []

  readonly stats: StatsSeries = {
    seconds: (from, to) => this.seconds.filter(({ second }) => from <= second && second < to),
    totals: () => [],
  }

  readonly log: TxLog = {
    append: row => void this.rows.unshift(row),
    find: async id => this.rows.find(row => row.id === id),
    query: async query => {
      this.queries.push(query)
      return this.rows.slice(0, query.limit ?? 50)
    },
    name: 'transactions',
    exceptionsByMinute: async () => [],
    tail: () => () => {},
    erase: async principal => {
      const before = this.rows.length
      this.rows = this.rows.filter(row => row.principal !== principal)
      return { rowCount: before - this.rows.length, notSearched: [] }
    },
    shedCount: 0,
    figures: async () => ({
      shedCount: 3,
      pendingCount: 0,
      sizeBytes: 4096,
      problemCount: 1,
      lastProblem: { exception: 'TxLogDiskFullException', message: 'The disk has no room.', atMs: 1000 },
      setAside: ['tx-2026-11-21.db.damaged'],
    }),
    close: async () => {},
  }

  async list({ limit = 50 }: { limit?: number } = {}): Promise<readonly ActionSummary[]> {
    return this.views.slice(0, limit)
  }

  async view(id: TxId): Promise<ActionView | undefined> {
    return this.views.find(view => view.id === id)
  }

  async overview(): Promise<ActionsOverview> {
    return {
      running: this.views.filter(({ endedAtMs }) => endedAtMs === undefined).length,
      watches: this.views.reduce((sum, { watchCount }) => sum + watchCount, 0),
      residue: this.leftOver.length,
    }
  }

  async residue(): Promise<readonly ResidueView[]> {
    return this.leftOver
  }
}

export const operatorToken = 'operator-token'

/** A server with a console, which answers exceptions in the simplest way. */
export async function serverWith(
  records: FakeRecords,
  options: Partial<ConsoleOptions> = {},
): Promise<FastifyInstance> {
  const app = Fastify()
  app.setErrorHandler<Exception>((error, _request, reply) =>
    reply.code(statusOf(error)).send({ exception: error.name, message: error.message, data: error.data }),
  )
  await mountConsole(app, {
    stats: records.stats,
    log: records.log,
    actions: records,
    operators: fixedOperators({ ada: operatorToken }),
    sessionKey: new Uint8Array(32).fill(1),
    now: () => 1_000_000_000,
    ...options,
  })
  return app
}

/** An id that differs in its last characters only. */
export function idNumber(number: number): TxId {
  return `01J9ZK3Q8W5T6Y7V8X9Z0A${String(number).padStart(4, '0')}` as TxId
}

export function txRow(row: Partial<TxRow> = {}): TxRow {
  return {
    id: idNumber(1),
    parentId: undefined,
    kind: 'request',
    operation: 'GET /v1/servers',
    startedAtMs: 1_000_000_000,
    durationMs: 12,
    status: 200,
    exception: undefined,
    category: undefined,
    causes: [],
    principal: undefined,
    resource: undefined,
    calls: [],
    fields: {},
    ...row,
  }
}

export function actionView(view: Partial<ActionView> = {}): ActionView {
  return {
    id: idNumber(2),
    name: 'server.create',
    version: 1,
    state: 'running',
    locks: ['server:7'],
    startedAtMs: 1_000_000_000,
    endedAtMs: undefined,
    currentStep: 'network.port',
    stepsDone: 0,
    attemptsMax: 1,
    cause: undefined,
    residueCount: 0,
    watchCount: 0,
    steps: [],
    residue: [],
    watches: [],
    waits: [],
    isCancellable: false,
    isClosed: false,
    ...view,
  }
}
