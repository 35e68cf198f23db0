import { watchProcess } from 'evenkeel'
import { pino } from 'pino'
import { greeting } from './greeting.ts'
import { openPanel, type Panel } from './panel.ts'
import { keepFilesPrivate } from './private-files.ts'
import { readSettings } from './settings.ts'
import { StartRefusedException } from './start-refused.ts'

// The program: reads the settings, serves, says where, and ends when it is told to.
keepFilesPrivate()
try {
  const settings = readSettings(process.env)
  const logger = pino({ level: settings.logLevel, base: null }, pino.destination({ dest: 2, sync: true }))
  const panel = await openPanel(settings, logger)
  endWhenTold(panel)
  // What nobody caught may have left anything half done: the next start goes on from what is durable.
  watchProcess({ background: panel.background, policy: 'drain-and-exit', drain: () => panel.close() })
  console.log(greeting(panel, settings))
} catch (error) {
  if (!(error instanceof StartRefusedException)) throw error
  console.error(error.message)
  process.exitCode = 1
}

/** One signal or several: a terminal and npm may both deliver it. */
function endWhenTold(panel: Panel): void {
  let isEnding = false
  const end = async () => {
    if (isEnding) return
    isEnding = true
    await panel.close()
    process.exit(0)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}
