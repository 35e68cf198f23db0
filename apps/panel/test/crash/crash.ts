import * as consoleExceptions from '@evenkeel/console'
import { httpClient } from 'evenkeel/client'
import { panelActions } from '../../src/actions/panel-actions.ts'
import * as panelExceptions from '../../src/exceptions.ts'
import { inWords } from './blow.ts'
import { CrashOperator } from './crash-operator.ts'
import { type CrashOrder, CrashUsageException, parseCrashOrder } from './crash-order.ts'
import { Customer } from './customer.ts'
import { type Finding, finding } from './finding.ts'
import { lineOf, missingFrom, neverDone, presentIn, tally } from './report.ts'
import { Run } from './run.ts'
import { TestPanel, tokens } from './test-panel.ts'

/** With so many kills a request of each kind gets through at least once. */
const killsTelling = 20

/** And with so many each action that customers ask for. */
const killsTellingAll = 300

/** What operators ask for, and what the panel does by itself. */
const ofNoCustomer = /^(project|orphan)\.|^server\.(suspend|resume|follow-power)$|\.repair/

/** Longer than the panel lets anybody wait for a lock, in milliseconds. */
const patienceMs = 40_000

// `SEED=1 npm run test:crash -- 20`: kills the real panel again and again while customers work with it and its cloud
// fails, and then looks whether anything that was acknowledged is lost, half done or left over.
try {
  process.exitCode = (await crash(parseCrashOrder(process.argv.slice(2), process.env))) ? 0 : 1
} catch (error) {
  if (!(error instanceof CrashUsageException)) throw error
  console.error(error.message)
  process.exitCode = 1
}

/** @returns whether everything was as it must be */
async function crash({ kills, seed }: CrashOrder): Promise<boolean> {
  const startedAtMs = performance.now()
  const clock = () => `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`
  const findings: Finding[] = []
  await using panel = await TestPanel.prepare(findings)
  endWithTheTest(panel)
  const run = new Run({ seed, panel, findings, ...peopleOf(panel, findings) })

  console.log(`${kills} kills with SEED=${seed}\n`)
  let instant = 'before the first kill'
  for (let number = 1; number <= kills && findings.length === 0; number++) {
    const blow = await run.round(number)
    instant = `found by kill ${number} (${inWords(blow)}) at ${clock()}`
    const there = presentIn(run.model)
    console.log(`${String(number).padStart(5)}  ${inWords(blow).padEnd(50)}${there.padEnd(32)}${clock()}`)
  }
  if (findings.length === 0) {
    await run.finish()
    instant = `found after the last kill at ${clock()}`
  }
  if (findings.length === 0) findings.push(...missing(run, kills))

  if (findings.length > 0) {
    // Before anything else is looked up: a panel that runs goes on, and covers its tracks.
    const kept = await panel.keepData()
    for (const found of findings) {
      const action = found.actionId === undefined ? undefined : await run.action(found.actionId)
      console.log(lineOf(found, instant, action))
    }
    console.log(`SEED=${seed}. The data is kept in ${kept}`)
  }
  console.log(`\n${summary(run, kills, findings)} (${clock()})`)
  return findings.length === 0
}

function missing({ model }: Run, kills: number): readonly Finding[] {
  const names = panelActions.map(({ name }) => name).filter(name => !ofNoCustomer.test(name))
  const missing = [
    ...(kills >= killsTelling ? missingFrom(model) : []),
    ...(kills >= killsTellingAll ? neverDone(model, names) : []),
  ]
  return missing.map(kind => finding(`not one ${kind}`, 'was acknowledged: the test has proved nothing'))
}

function summary({ model }: Run, kills: number, findings: readonly Finding[]): string {
  const acknowledged = `${kills} kills, ${tally(model)} acknowledged`
  return findings.length === 0
    ? `${acknowledged}: nothing lost, no orphan, quota exact, no residue, all locks free`
    : `${acknowledged}: ${findings.length} findings`
}

function peopleOf(panel: TestPanel, findings: Finding[]) {
  const clientOf = (path: string, token: string) =>
    httpClient({
      baseUrl: `${panel.url}${path}`,
      service: 'panel',
      exceptions: [panelExceptions, consoleExceptions].flatMap(Object.values),
      headers: { authorization: `Bearer ${token}` },
      timeoutMs: patienceMs,
    })
  return {
    customer: new Customer(clientOf('/v1', tokens.panel), findings),
    operator: new CrashOperator(clientOf('/console/api', tokens.console)),
  }
}

/** Ctrl-C leaves neither the panel nor its folder behind. */
function endWithTheTest(panel: TestPanel): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await panel[Symbol.asyncDispose]()
      process.exit(1)
    })
  }
}
