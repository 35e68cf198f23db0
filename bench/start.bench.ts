/** How long a second `npm start` takes until the panel is ready, and how long it takes to stop. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median, report } from './figure.ts'

const rounds = 5
const patienceMs = 60_000
const workspace = fileURLToPath(new URL('..', import.meta.url))

interface Round {
  readonly startedInMs: number
  readonly stoppedInMs: number
}

const dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'))
try {
  await startAndStop(dataDir) // the first start, which makes data, pages and caches
  const measured: Round[] = []
  for (let round = 0; round < rounds; round++) measured.push(await startAndStop(dataDir))

  const startS = median(measured.map(round => round.startedInMs)) / 1000
  const stopS = median(measured.map(round => round.stoppedInMs)) / 1000
  report({ figure: 'second npm start until ready', value: startS, unit: 's', aim: { atMost: 2 } })
  report({ figure: 'from SIGTERM until npm has ended', value: stopS, unit: 's', aim: { atMost: 2 } })
} finally {
  await rm(dataDir, { recursive: true })
}

async function startAndStop(folder: string): Promise<Round> {
  const port = await freePort()
  const startedAtMs = performance.now()
  const panel = spawn('npm', ['start'], {
    cwd: workspace,
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      CLOUD_LATENCY: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Buffer[] = []
  panel.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  panel.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const ended = once(panel, 'close')
  try {
    await untilReady(`http://127.0.0.1:${port}/health/ready`, () => panel.exitCode !== null)
  } catch (error) {
    panel.kill('SIGTERM')
    throw new Error(`The panel did not get ready. It printed:\n${Buffer.concat(output)}`, { cause: error })
  }
  const readyAtMs = performance.now()
  panel.kill('SIGTERM')
  await ended
  return { startedInMs: readyAtMs - startedAtMs, stoppedInMs: performance.now() - readyAtMs }
}

/** Asks until the answer is 200. */
async function untilReady(url: string, hasEnded: () => boolean): Promise<void> {
  const giveUpAtMs = performance.now() + patienceMs
  for (;;) {
    if (hasEnded()) throw new Error('It ended by itself.')
    if (performance.now() > giveUpAtMs) throw new Error(`No 200 from ${url} within ${patienceMs / 1000} s.`)
    const answer = await fetch(url).catch(() => undefined) // refused, as long as nobody listens
    if (answer?.status === 200) return
    await wait(5)
  }
}

/** A port that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('A TCP server has no port.')
  return address.port
}
