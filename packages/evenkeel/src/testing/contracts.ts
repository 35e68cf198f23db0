/**
 * The contracts of the library's interfaces, as Vitest suites: whoever writes a journal, a log, a statistics store or a
 * database adapter of their own calls the one that it must pass.
 *
 * @example
 * journalContract('my journal', async () => myJournal())
 */
export { actionDatabaseContract } from '../actions/action-database.contract.ts'
export { journalContract } from '../actions/engine/journal.contract.ts'
export { seriesContract } from '../stats/series.contract.ts'
export { statsContract } from '../stats/stats.contract.ts'
export { txLogContract } from '../tx-log/tx-log.contract.ts'
