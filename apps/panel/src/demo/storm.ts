import * as consoleExceptions from '@evenkeel/console'
import { httpClient } from 'evenkeel/client'
import { cloudOperations } from '../cloud/embedded/operations.ts'
import * as cloudExceptions from '../cloud/exceptions.ts'
import * as panelExceptions from '../exceptions.ts'
import { Customer } from './customer.ts'
import { NeverHappenedException } from './eventually.ts'
import { Operator } from './operator.ts'
import { PanelProcess } from './panel-process.ts'
import { header, type Outcome, row, summary } from './report.ts'
import { RevivingFilter } from './reviving-filter.ts'
import { imageUrl } from './scenes.ts'
import { chosen, parseStormOrder, type StormOrder, StormUsageException } from './storm-order.ts'
import { type Aftermath, type People, strike } from './strike.ts'

const tokens = { panel: 'storm-panel', console: 'storm-console' }

// Quick, so that all of it is over while somebody looks on; what they are is what matters, not how long they take.
const settings = {
  CLOUD_LATENCY: '0.005',
  ACTION_SETTLE_MS: '80',
  ACTION_WATCH_MS: '600',
  PANEL_TOKEN: tokens.panel,
  CONSOLE_TOKEN: tokens.console,
  IMAGE_URLS: imageUrl,
  LOG_LEVEL: 'silent',
}

/** So many at once: each waits most of the time, for answers that were lost and effects that may come late. */
const panels = 4

/** Longer than the panel lets anybody wait for a lock, in milliseconds. */
const patienceMs = 40_000

// `npm run demo:storm -- [--operation volumes.create] [--fault crash]`: every fault at every operation of the cloud that
// customers cause, each while they do what leads there. Fails if one of them leaves anything behind, or anything stuck.
try {
  process.exitCode = (await storm(parseStormOrder(process.argv.slice(2)))) ? 0 : 1
} catch (error) {
  if (!(error instanceof StormUsageException)) throw error
  console.error(error.message)
  process.exitCode = 1
}

/** @returns whether everything went as it must */
async function storm(order: StormOrder): Promise<boolean> {
  const combinations = chosen(order, cloudOperations)
  const left = [...combinations]
  const outcomes: Outcome[] = []
  console.log(`${combinations.length} combinations\n\n${header()}`)
  await Promise.all(Array.from({ length: Math.min(panels, left.length) }, blow))
  console.log(`\n${summary(outcomes)}`)
  return outcomes.every(({ aftermath }) => aftermath.complaints.length === 0)

  /** One combination after the other, on a panel of its own. */
  async function blow(): Promise<void> {
    await using panel = await PanelProcess.start(settings)
    endWithTheStorm(panel)
    const people = peopleOf(panel)
    for (let combination = left.shift(); combination !== undefined; combination = left.shift()) {
      const outcome = { combination, aftermath: await aftermathOf(combination, people) }
      console.log(row(outcome))
      outcomes.push(outcome)
    }
  }
}

function peopleOf(panel: PanelProcess): People {
  const exceptions = [panelExceptions, cloudExceptions, consoleExceptions].flatMap(Object.values)
  const clientOf = (path: string, token: string) =>
    httpClient({
      baseUrl: `${panel.url}${path}`,
      service: 'panel',
      exceptions,
      filters: [new RevivingFilter(panel)],
      headers: { authorization: `Bearer ${token}` },
      timeoutMs: patienceMs,
    })
  return {
    customer: new Customer(clientOf('/v1', tokens.panel)),
    operator: new Operator(clientOf('/console/api', tokens.console)),
  }
}

async function aftermathOf(combination: Outcome['combination'], people: People): Promise<Aftermath> {
  try {
    return await strike(combination, people)
  } catch (thrown) {
    if (!(thrown instanceof NeverHappenedException)) throw thrown
    const quotaUse = await people.operator.quotaUse()
    return {
      end: 'none',
      attempts: 0,
      orphans: [],
      quotaUse,
      isQuotaExact: false,
      complaints: [thrown.message],
    }
  }
}

/** Ctrl-C leaves neither the panel nor its folder behind. */
function endWithTheStorm(panel: PanelProcess): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await panel[Symbol.asyncDispose]()
      process.exit(1)
    })
  }
}
