import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import { type ApiServer, ask, type Call, smallServer, startPanel } from './panel.fixture.ts'
import { inspectable, PanelHeap } from './panel-heap.ts'

/** `MIXED_LOAD_MINUTES`: how long the panel is worked with; an hour before a release. @default 5 */
const minutes = Number(process.env['MIXED_LOAD_MINUTES'] ?? 5)
const customers = 6
const sampleEveryMs = 2_000

it(`a panel that is worked with for ${minutes} minutes takes no more memory at the end than before`, {
  timeout: (minutes + 5) * 60_000,
}, async () => {
  await using panel = await startPanel({
    CLOUD_LATENCY: '0',
    CHANGING_MS: '0',
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'silent',
    ...inspectable,
  })
  const untilMs = Date.now() + minutes * 60_000
  const isOver = () => Date.now() >= untilMs
  const sampling = sampleMemory(panel, isOver)
  const cycles = await Promise.all(Array.from({ length: customers }, () => beCustomer(panel, isOver)))
  const samples = await sampling

  const worked = cycles.reduce((sum, count) => sum + count)
  const heap = growthOf(samples.map(({ heapMb }) => heapMb))
  const process = growthOf(samples.map(({ processMb }) => processMb))
  console.log(`${worked} servers came and went; in MB, from the second quarter to the last:`)
  console.log(`heap in use ${heap.from} → ${heap.to}, the whole process ${process.from} → ${process.to}`)
  expect(worked).toBeGreaterThan(customers)
  expect(heap.to).toBeLessThanOrEqual(heap.from * 1.1)
  expect(process.to).toBeLessThanOrEqual(process.from * 1.1)
})

/** What customers do all day, and what they do wrong. @returns how many servers came and went */
async function beCustomer(panel: PanelProcess, isOver: () => boolean): Promise<number> {
  let count = 0
  for (; !isOver(); count++) {
    const server = (
      await answered(panel, 201, { method: 'POST', path: '/v1/servers', body: smallServer })
    ).json<ApiServer>()
    const path = `/v1/servers/${server.uuid}`
    await running(panel, path)
    await answered(panel, 200, { path: '/v1/servers' })
    await answered(panel, 200, { path: '/v1/servers?tag:env=prod' })
    await answered(panel, 204, { method: 'PATCH', path, body: { tags: { env: 'prod' } } })
    await answered(panel, 204, { method: 'POST', path: `${path}/stop` })
    await answered(panel, 204, { method: 'POST', path: `${path}/start` })
    await running(panel, path)
    await answered(panel, 400, { method: 'POST', path: '/v1/servers', body: { name: 'no flavor' } })
    await answered(panel, 404, { path: `/v1/volumes/${server.uuid}` })
    await answered(panel, 200, { path: '/v1/actions' })
    await answered(panel, 401, { path, token: 'nobody' })
    await answered(panel, 204, { method: 'DELETE', path })
    await answered(panel, 404, { path })
  }
  return count
}

async function running(panel: PanelProcess, path: string): Promise<void> {
  while ((await answered(panel, 200, { path })).json<ApiServer>().status !== 'running') await wait(10)
}

async function answered(panel: PanelProcess, status: number, call: Call) {
  const answer = await ask(panel, call)
  if (answer.status !== status)
    throw new Error(`${call.method ?? 'GET'} ${call.path}: ${answer.status} ${answer.text}`)
  return answer
}

interface Memory {
  /** What is in use of the heap. */
  readonly heapMb: number
  /** All that the process holds: also its other threads, and what is not on a heap. */
  readonly processMb: number
}

/** Again and again, each time after what nobody needs has been collected. */
async function sampleMemory(panel: PanelProcess, isOver: () => boolean): Promise<readonly Memory[]> {
  using heap = await PanelHeap.of(panel)
  const samples: Memory[] = []
  while (!isOver()) {
    const heapMb = await heap.usedMb()
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${panel.pid}/status`, 'utf8')) ?? []
    samples.push({ heapMb, processMb: Number(kilobytes) / 1024 })
    await wait(sampleEveryMs)
  }
  return samples
}

/** What it usually was in the second quarter of the time, and in the last. */
function growthOf(samples: readonly number[]): { readonly from: number; readonly to: number } {
  const [, second = [], , last = []] = quarters(samples)
  return { from: median(second), to: median(last) }
}

function quarters(samples: readonly number[]): readonly (readonly number[])[] {
  const size = Math.floor(samples.length / 4)
  return [0, 1, 2, 3].map(quarter => samples.slice(quarter * size, (quarter + 1) * size))
}

function median(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN)
}
