import { type Journal, sqliteJournal } from 'evenkeel/actions'
import { type MemoryStats, memoryStats, type Series, sqliteSeries } from 'evenkeel/stats'
import { loggable, sqliteTxLog, type TxLog } from 'evenkeel/tx-log'
import { requireRestored } from './backup/require-restored.ts'
import { type EmbeddedCloud, embeddedCloud } from './cloud/embedded/embedded-cloud.ts'
import { claimDataDir, type DataDir } from './data-dir.ts'
import { openData } from './data-unusable.ts'
import { imagesBy } from './image-settings.ts'
import { openRecords, type Records } from './records/database.ts'
import { release } from './release.ts'
import type { Reports } from './reports.ts'
import { loadSecretKey, type SecretKey } from './secret-key.ts'
import { checkSecretKey } from './secret-key-check.ts'
import type { Settings } from './settings.ts'

/** Everything that the panel keeps, and what it counts in memory. */
export interface Stores {
  readonly dataDir: DataDir
  readonly secretKey: SecretKey
  readonly records: Records
  readonly stats: MemoryStats
  /** The statistics again, on disk. */
  readonly series: Series
  readonly log: TxLog
  readonly cloud: EmbeddedCloud
  readonly journal: Journal
}

/**
 * Opens all stores in the data folder, which is this process's alone from then on.
 *
 * @param opened closes them again, newest first; the folder is let go last
 * @throws {StartRefusedException} the folder or something in it can't be used
 */
export async function openStores(
  settings: Settings,
  { say, onProblem }: Reports,
  opened: AsyncDisposableStack,
): Promise<Stores> {
  const dataDir = opened.adopt(claimDataDir(settings.dataDir), claimed => claimed.release())
  requireRestored(dataDir)
  const secretKey = loadSecretKey(settings)
  const records = opened.adopt(await openRecords({ path: dataDir.file('panel.db') }), open => open.close())
  if (records.upgraded !== undefined) say(records.upgraded)
  await checkSecretKey(records, secretKey)

  const stats = memoryStats()
  const series = opened.adopt(
    sqliteSeries({ stats, path: dataDir.file('series.db'), release, onProblem }),
    open => open.close(),
  )
  const log = opened.adopt(
    sqliteTxLog({
      folder: dataDir.file('tx-log'),
      fields: { path: loggable.text(500), userAgent: loggable.text(200), erasedRows: loggable.number() },
      onProblem,
    }),
    open => open.close(),
  )
  const cloud = opened.adopt(
    await openData(dataDir.file('cloud.db'), () =>
      embeddedCloud({
        path: dataDir.path,
        latencyFactor: settings.cloudLatency,
        ...imagesBy(settings),
      }),
    ),
    open => open.close(),
  )
  const journal = opened.adopt(
    await openData(journalPath(dataDir), () => sqliteJournal({ path: journalPath(dataDir), onProblem })),
    open => open.close(),
  )
  return { dataDir, secretKey, records, stats, series, log, cloud, journal }
}

/** Where the actions' journal is. */
export function journalPath(dataDir: DataDir): string {
  return dataDir.file('journal.db')
}
