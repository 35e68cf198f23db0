import type { FindingsSource } from '@evenkeel/console'
import type { Reconciler } from '../reconciler/reconciler.ts'
import type { Records } from '../records/database.ts'
import { countUnsettled, dismissFinding, findFinding, listFindings } from '../records/findings.ts'
import { listRuns } from '../records/reconciler-runs.ts'

export interface FindingSourceOptions {
  records: Records
  reconciler: Reconciler
  /** The clock, in milliseconds since 1970. @default Date.now */
  now?: () => number
}

/** What the reconciler has found, for the console. */
export function findingSource({ records, reconciler, now = Date.now }: FindingSourceOptions): FindingsSource {
  const { read } = records
  return {
    list: query => listFindings(read, query),
    find: id => findFinding(read, id),
    overview: () => countUnsettled(read),
    comparisons: limit => listRuns(read, { limit }),
    get comparingSinceMs() {
      return reconciler.runningSinceMs
    },
    // It never rejects: what goes wrong is in its summary, and in the log of transactions.
    compare: () => void reconciler.run(),
    remedy: (id, remedy, by) => reconciler.remedy(id, remedy, by),
    dismiss: (id, why) => records.transaction(trx => dismissFinding(trx, id, why, now())),
  }
}
