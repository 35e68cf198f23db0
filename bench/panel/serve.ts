// One server in a process of its own: tells its parent the port, and what its main thread has used whenever asked.
import { pino } from 'pino'
import { freePort } from '../../apps/panel/src/demo/panel-process.ts'
import { openPanel } from '../../apps/panel/src/panel.ts'
import { readSettings } from '../../apps/panel/src/settings.ts'
import { bareFastify } from './bare-fastify.ts'

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

/** As its users run it, on a cloud that answers at once; nobody is held back, and nothing waits to be seen. */
async function panel(port: number): Promise<void> {
  const settings = readSettings({
    PORT: String(port),
    DATA_DIR: path,
    CLOUD_LATENCY: '0',
    RATE_LIMIT: 'off',
    CHANGING_MS: '0',
  })
  const open = await openPanel(settings, pino({ level: 'error', base: null }, pino.destination(2)))
  process.on('disconnect', () => open.close().then(() => process.exit()))
  tellUsage()
}

function tellUsage(): void {
  process.on('message', () => {
    const { user, system } = process.threadCpuUsage()
    process.send?.({ mainThreadUs: user + system })
  })
}
