// One server in a process of its own: tells its parent the port, and what its main thread has used whenever asked.
import { setTimeout } from 'node:timers/promises'
import { pino } from 'pino'
import { freePort } from '../../apps/panel/src/demo/panel-process.ts'
import { openPanel } from '../../apps/panel/src/panel.ts'
import { readSettings } from '../../apps/panel/src/settings.ts'
import { bareFastify } from './bare-fastify.ts'

const operatorToken = 'bench-operator'
const [name = '', path = ''] = process.argv.slice(2)
const servers: Record<string, (port: number) => Promise<void>> = { 'bare Fastify': bare, panel }
const serve = servers[name]
if (serve === undefined) throw new Error(`There is no server named ${JSON.stringify(name)}.`)
const port = await freePort()
await serve(port)
process.send?.({ port })

async function bare(port: number): Promise<void> {
  await bareFastify(path).listen({ host: '127.0.0.1', port })
  process.on('disconnect', () => process.exit())
  tellUsage()
}

/**
 * As its users run it, on a cloud that answers at once; nobody is held back, and nothing waits to be seen. What comparing records
 * and cloud takes is measured by `bench reconcile`: here it is over before anybody asks.
 */
async function panel(port: number): Promise<void> {
  const settings = readSettings({
    PORT: String(port),
    DATA_DIR: path,
    CLOUD_LATENCY: '0',
    RATE_LIMIT: 'off',
    CHANGING_MS: '0',
    RECONCILE_EVERY_S: '86400',
    CONSOLE_TOKEN: operatorToken,
  })
  const open = await openPanel(settings, pino({ level: 'error', base: null }, pino.destination(2)))
  process.on('disconnect', () => open.close().then(() => process.exit()))
  await comparedOnce(open.url)
  tellUsage()
}

async function comparedOnce(url: string): Promise<void> {
  const headers = { authorization: `Bearer ${operatorToken}` }
  for (;;) {
    const answer = await fetch(`${url}/console/api/reconciler`, { headers })
    const { runs } = (await answer.json()) as { runs: readonly unknown[] }
    if (runs.length > 0) return
    await setTimeout(100)
  }
}

function tellUsage(): void {
  process.on('message', () => {
    const { user, system } = process.threadCpuUsage()
    process.send?.({ mainThreadUs: user + system })
  })
}
