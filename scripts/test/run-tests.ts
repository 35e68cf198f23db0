// Runs everything that belongs to every commit, cheapest first, and stops at the first part that fails.
// `--all` adds the long ones. The last line is always `N passed, N failed`; the exit code is 0 only if all
// parts passed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import vitestConfig from '../../vitest.config.ts'
import { chromium, libcloud, offer, prometheus, provide } from './debian-program.ts'
import { type Part, type PartResult, program, testProgram, tool, vitestProjects } from './part.ts'
import { scratchFolder } from './scratch-folder.ts'
import { none, plus, printed } from './totals.ts'

const isAll = process.argv.includes('--all')
const kills = isAll ? 300 : 20
// The long ones write for an hour if they are told to: more than memory should hold.
const scratch = isAll ? mkdtempSync(join(tmpdir(), 'evenkeel-test-')) : scratchFolder()

const parts: readonly Part[] = [
  { name: 'Chromium', run: () => provide(chromium) },
  { name: 'libcloud', run: () => offer(libcloud) },
  { name: 'types', run: () => tool('tsc', '-p', 'tsconfig.json') },
  { name: 'types of the web', run: () => tool('tsc', '-p', 'packages/console/web/tsconfig.json') },
  { name: 'lint', run: () => tool('biome', 'check', '--error-on-warnings', '.') },
  { name: 'each exception thrown once', run: () => program('scripts/checks/thrown-once.ts') },
  { name: 'unit and contract', run: () => vitestProjects(['unit', 'library'], scratch) },
  { name: 'end to end', run: () => vitestProjects(['e2e'], scratch) },
  { name: `${kills} crashes`, run: () => testProgram('apps/panel/test/crash/crash.ts', String(kills)) },
]
const long: readonly Part[] = [
  { name: 'Prometheus', run: () => provide(prometheus) },
  { name: 'long', run: () => vitestProjects(['long'], scratch) },
]
const hasLong = isAll && hasProject('long')

let totals = none
for (const part of hasLong ? [...parts, ...long] : parts) {
  const result = await runPart(part)
  totals = plus(totals, result.totals)
  process.exitCode = result.exitCode
  if (result.exitCode !== 0) break
}
rmSync(scratch, { recursive: true, maxRetries: 3 })
console.log(`\n${printed(totals)}`)

/** Whether vitest.config.ts has a project of this name. */
function hasProject(name: string): boolean {
  const projects = vitestConfig.test?.projects ?? []
  return projects.some(
    project => typeof project === 'object' && 'test' in project && project.test?.name === name,
  )
}

async function runPart({ name, run }: Part): Promise<PartResult> {
  console.log(`\n── ${name} ${'─'.repeat(60 - name.length)}`)
  const startedAtMs = performance.now()
  const result = await run()
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
  console.log(`${name}: ${result.exitCode === 0 ? 'passed' : 'failed'} in ${seconds} s`)
  return result
}
