import { fixedOperators, mountConsole } from '@evenkeel/console'
import { newTxId, type TxId } from 'evenkeel'
import type { ActionsReader } from 'evenkeel/actions'
import { evenkeelFastifyOptions, mountEvenkeel } from 'evenkeel/fastify'
import { memoryStats } from 'evenkeel/stats'
import { memoryTxLog } from 'evenkeel/tx-log'
import Fastify from 'fastify'
import { findingSource } from '../src/operators/finding-source.ts'
import type { Reconciler } from '../src/reconciler/reconciler.ts'
import type { Records } from '../src/records/database.ts'
import {
  beginRepair,
  endRepair,
  type FindingRecord,
  reportFinding,
  type SeenFinding,
} from '../src/records/findings.ts'
import { insertRun, type RunSummary } from '../src/records/reconciler-runs.ts'
import { someProject, temporaryRecords } from '../src/records/testing.ts'

export const operatorToken = 'findings-operator'

/** A console over the records, before a reconciler that finds what it is told to: every kind of finding at any moment. */
export class FindingsBench implements AsyncDisposable {
  readonly records: Records
  url = ''
  readonly #end: () => Promise<void>
  #whileRunning: Promise<void> = Promise.resolve()

  private constructor(records: Records, end: () => Promise<void>) {
    this.records = records
    this.#end = end
  }

  /** @param hasFindings whether the console is given them */
  static async start({ hasFindings = true } = {}): Promise<FindingsBench> {
    const { records, dispose } = await temporaryRecords()
    const app = Fastify(evenkeelFastifyOptions())
    const bench = new FindingsBench(records, async () => {
      await app.close()
      await dispose()
    })
    const stats = memoryStats()
    const log = memoryTxLog()
    mountEvenkeel(app, { service: 'findings', stats, log, emptyJsonBody: 'accept' })
    await mountConsole(app, {
      stats,
      log,
      actions: noActions,
      operators: fixedOperators({ ada: operatorToken }),
      sessionKey: new Uint8Array(32),
      ...(hasFindings && { findings: findingSource({ records, reconciler: bench.#reconciler() }) }),
    })
    bench.url = await app.listen({ host: '127.0.0.1', port: 0 })
    return bench
  }

  /** Every run lasts until the answer is called. */
  holdRuns(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#whileRunning = promise
    return resolve
  }

  /** Notes what was found five minutes ago. */
  found(finding: SeenFinding): Promise<FindingRecord> {
    return this.records.transaction(trx => reportFinding(trx, finding, Date.now() - 300_000))
  }

  /** Begins a repair. */
  async repair({ id }: Pick<FindingRecord, 'id'>): Promise<{ readonly actionId: TxId }> {
    const actionId = newTxId()
    await this.records.transaction(trx => beginRepair(trx, id, actionId))
    return { actionId }
  }

  /** Has a repair rolled back, for a reason. It is tried again in ten minutes. */
  async failRepair(actionId: TxId, reason: string): Promise<void> {
    const outcome = { kind: 'rolled-back', reason, nextTryAtMs: Date.now() + 600_000 } as const
    await this.records.transaction(trx => endRepair(trx, actionId, outcome, Date.now()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end()
  }

  #reconciler(): Reconciler {
    const bench = this
    let runningSinceMs: number | undefined
    return {
      get runningSinceMs() {
        return runningSinceMs
      },
      async run(): Promise<RunSummary> {
        runningSinceMs = Date.now()
        await bench.#whileRunning
        const run = runOf(runningSinceMs)
        await bench.records.transaction(trx => insertRun(trx, run))
        runningSinceMs = undefined
        return run
      },
      remedy: id => bench.repair({ id }),
    }
  }
}

function runOf(startedAtMs: number): RunSummary {
  return {
    startedAtMs,
    endedAtMs: Date.now(),
    compared: { server: 3, 'load-balancer-pool': 1 },
    othersCount: 2,
    found: { orphan: 0, missing: 0, drifted: 0, broken: 0 },
    exception: undefined,
  }
}

const noActions: ActionsReader = {
  list: async () => [],
  view: async () => undefined,
  overview: async () => ({ running: 0, watches: 0, residue: 0 }),
  residue: async () => [],
}

/** A server that has drifted, but for what is given. */
export function finding(given: Partial<SeenFinding> = {}): SeenFinding {
  return {
    kind: 'drifted',
    objectKind: 'server',
    cloudId: crypto.randomUUID(),
    objectUuid: crypto.randomUUID(),
    projectId: someProject.id,
    objectName: 'web-1',
    field: 'flavor',
    what: "Server 'web-1' has 2 vCPUs at the cloud; its flavor flex-4-1 says 1.",
    remedies: [
      {
        name: 'resize',
        label: 'Resize it',
        consequence: "Server 'web-1' is shut down, resized to flex-4-1 and started again.",
      },
    ],
    ...given,
  }
}
