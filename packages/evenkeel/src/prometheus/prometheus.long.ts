import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { newTxId } from '../filters/tx-id.ts'
import { type MemoryStats, memoryStats } from '../stats/memory-stats.ts'
import type { Outcome } from '../stats/stats.ts'
import { prometheusPage } from './prometheus-page.ts'

const rules = fileURLToPath(new URL('../../../../docs/operations/prometheus/', import.meta.url))
const program = process.env['PROMETHEUS_PATH'] ?? '/usr/bin/prometheus'
/** It comes with the program. */
const promtool = join(dirname(program), 'promtool')

describe('Prometheus', () => {
  let folder: string
  let stats: MemoryStats
  let server: Server
  let prometheus: ChildProcess | undefined

  beforeAll(() => {
    for (const path of [program, promtool]) {
      if (existsSync(path)) continue
      throw new Error(
        `There is no ${path}. Install Prometheus (on Debian: sudo apt-get install prometheus), or set PROMETHEUS_PATH to the program.`,
      )
    }
  })

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
    stats = memoryStats()
    server = createServer(({ headers }, response) => {
      const { contentType, body } = prometheusPage(stats, { accept: headers.accept, release: '1.2.3' })
      response.setHeader('content-type', contentType).end(body)
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })

  afterEach(async () => {
    if (prometheus?.exitCode === null) {
      prometheus.kill()
      await once(prometheus, 'exit')
    }
    server.close()
    rmSync(folder, { recursive: true })
  })

  it('finds nothing to complain about in the page', () => {
    stats.record(success())
    stats.record(failure())

    const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
      input: prometheusPage(stats, { release: '1.2.3' }).body,
      encoding: 'utf8',
    })

    expect({ status, complaints: stdout + stderr }).toEqual({ status: 0, complaints: '' })
  })

  it('finds the rules right, and their tests pass', () => {
    for (const args of [
      ['check', 'rules', join(rules, 'evenkeel.rules.yml')],
      ['test', 'rules', join(rules, 'evenkeel.rules.test.yml')],
    ]) {
      const { status, stdout, stderr } = spawnSync(promtool, args, { encoding: 'utf8' })
      expect(status, stdout + stderr).toBe(0)
    }
  })

  it('scrapes the page with its exemplars, and fires an alert that pages', { timeout: 60_000 }, async () => {
    const ask = await startPrometheus()
    const txId = newTxId()
    // A counter's rate needs to have seen it grow.
    const counting = setInterval(() => {
      for (let at = 0; at < 9; at++) stats.record(success())
      stats.record(failure({ txId }))
    }, 200)

    try {
      await vi.waitFor(
        async () => {
          expect(await ask('alerts')).toMatchObject({
            alerts: expect.arrayContaining([
              expect.objectContaining({
                state: 'firing',
                labels: { alertname: 'EvenkeelErrorBudgetBurnsFast', job: 'test', severity: 'page' },
              }),
            ]),
          })
        },
        { timeout: 50_000, interval: 500 },
      )
    } finally {
      clearInterval(counting)
    }

    expect(await ask('targets')).toMatchObject({ activeTargets: [{ health: 'up', lastError: '' }] })
    const query = 'http_server_request_duration_seconds_bucket{evenkeel_exception="DiskFullException"}'
    const exemplars = await ask(`query_exemplars?query=${encodeURIComponent(query)}&start=0&end=9999999999`)
    expect(JSON.stringify(exemplars)).toContain(`"tx_id":"${txId}"`)
  })

  /** On our rules, in whose alerts only the waiting is shorter. Returns what asks its API. */
  async function startPrometheus(): Promise<(path: string) => Promise<unknown>> {
    const hasty = readFileSync(join(rules, 'evenkeel.rules.yml'), 'utf8').replaceAll(/for: \d+m/g, 'for: 1s')
    writeFileSync(join(folder, 'rules.yml'), hasty)
    const { port } = server.address() as AddressInfo
    writeFileSync(
      join(folder, 'prometheus.yml'),
      JSON.stringify({
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: ['rules.yml'],
        scrape_configs: [{ job_name: 'test', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
      }),
    )
    const own = await freePort()
    prometheus = spawn(
      program,
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${own}`,
        '--enable-feature=exemplar-storage',
      ],
      { stdio: 'ignore' },
    )
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${own}/api/v1/${path}`)
      return ((await answer.json()) as { data: unknown }).data
    }
    await vi.waitFor(() => ask('status/buildinfo'), { timeout: 20_000, interval: 200 })
    return ask
  }
})

async function freePort(): Promise<number> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

function success(parts: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'request',
    operation: 'GET /v1/servers/{id}',
    exception: undefined,
    category: undefined,
    status: 200,
    durationMs: 20,
    ...parts,
  }
}

function failure(parts: Partial<Outcome> = {}): Outcome {
  return success({ exception: 'DiskFullException', category: 'dependency', status: 503, ...parts })
}
