// Accepts the present public surface: writes it into api-report.txt, whose difference tells users what changed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { apiReport, reportFile } from './api-report.ts'
import { build } from './build.ts'
import { shown } from './package-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-api-'))
try {
  build(join(folder, 'dist'))
  writeFileSync(reportFile, apiReport(join(folder, 'dist')))
  console.log(`Wrote ${shown(reportFile)}.`)
} finally {
  rmSync(folder, { recursive: true })
}
