import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TxId } from '../../filters/tx-id.ts'
import { exampleRow } from '../example-row.ts'
import { loggable } from '../redaction/loggable.ts'
import type { TxLog, TxRow } from '../tx-log.ts'
import { sqliteTxLog } from './sqlite-tx-log.ts'

const noonMs = Date.UTC(2026, 10, 22, 12)
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
const retentionDays = 3

/** What may happen to a log, in any order. */
type Step =
  | { readonly kind: 'append'; readonly atMs: number; readonly principal: string; readonly count: number }
  /** The row that was appended so many rows ago comes once more, changed. */
  | { readonly kind: 'again'; readonly ago: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'erase'; readonly principal: string }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'later'; readonly hours: number }

const principals = fc.constantFrom('ada', 'bob', 'eve')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append'),
      atMs: fc.integer({ min: -30 * hourMs, max: 0 }),
      principal: principals,
      count: fc.integer({ min: 1, max: 60 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again'), ago: fc.nat({ max: 40 }) }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'flush' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase'), principal: principals }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'reopen' }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('later'), hours: fc.integer({ min: 1, max: 40 }) }) },
) as fc.Arbitrary<Step>

describe('a log in files, whatever happens to it', () => {
  it('has what was appended and neither erased nor too old, each row once, as it came last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async steps => {
        const folder = mkdtempSync(join(tmpdir(), 'tx-log-'))
        let nowMs = noonMs
        // Files so small that there are many of them.
        const open = () =>
          sqliteTxLog({
            folder,
            retentionDays,
            sliceBytesMax: 120_000,
            fields: { note: loggable.text(500) },
            now: () => nowMs,
            onProblem: problem => {
              throw problem
            },
          })
        let log = open()
        const expected = new Map<TxId, TxRow>()
        const put = (row: TxRow) => {
          log.append(row)
          expected.set(row.id, row)
        }
        try {
          for (const each of steps) {
            if (each.kind === 'append') {
              for (let at = 0; at < each.count; at++) {
                const { principal } = each
                put(
                  exampleRow({
                    startedAtMs: nowMs + each.atMs,
                    principal,
                    fields: { note: noteOf(principal, at) },
                  }),
                )
              }
            } else if (each.kind === 'again') {
              const row = [...expected.values()].at(-1 - each.ago)
              if (row !== undefined) put({ ...row, status: row.status + 1, principal: 'eve' })
            } else if (each.kind === 'flush') await log.query({ limit: 0 })
            else if (each.kind === 'erase') {
              await log.erase(each.principal)
              for (const [id, { principal }] of expected)
                if (principal === each.principal) expected.delete(id)
            } else if (each.kind === 'reopen') {
              await log.close()
              log = open()
            } else if (each.kind === 'later') nowMs += each.hours * hourMs
          }
          await log.query({ limit: 0 })
          // Removed is what ended before the retention, by whole files: the rest may still be there or be gone.
          const rows = await allRows(log)
          const young = ({ startedAtMs }: TxRow) => startedAtMs >= nowMs - retentionDays * dayMs

          expect(rows.filter(young)).toEqual(
            [...expected.values()].filter(young).sort((left, right) => (left.id < right.id ? 1 : -1)),
          )
          expect(rows.every(row => expected.has(row.id))).toBe(true)
          expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
          expect(log.shedCount).toBe(0)
        } finally {
          await log.close()
          rmSync(folder, { recursive: true })
        }
      }),
      { numRuns: 25 },
    )
    // Each opening starts a thread: on a busy machine that takes its time.
  }, 60_000)

  it('has after any number of kills what was flushed before each, once, and no row but those that were appended', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tx-log-'))
    try {
      let flushed = 0
      for (const lines of [1, 4, 2, 7]) {
        await using writer = new Writer(folder)
        for (let line = 0; line < lines; line++) flushed = await writer.next()
      }
      const log = sqliteTxLog({ folder })
      const numbers = (await allRows(log)).map(({ fields: { number } }) => Number(number)).reverse()
      await log.close()

      expect(flushed).toBeGreaterThan(0)
      expect(numbers.length).toBeGreaterThanOrEqual(14 * 500)
      // Each process counts from where the files before it end, so that nothing is there twice or missing between.
      expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => at))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

/** A process that writes until it is killed. */
class Writer implements AsyncDisposable {
  readonly #child
  readonly #lines: AsyncIterator<string>

  constructor(folder: string) {
    const program = fileURLToPath(new URL('./kill-test-child.ts', import.meta.url))
    this.#child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: Interface = createInterface(this.#child.stdout)
    this.#lines = lines[Symbol.asyncIterator]()
  }

  /** How many rows it knows to be written now. */
  async next(): Promise<number> {
    const { value } = await this.#lines.next()
    return Number(value)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exited
  }
}

function noteOf(principal: string, at: number): string {
  return `${principal} ${at} ${'.'.repeat((at * 37) % 300)}`
}

async function allRows(log: TxLog): Promise<TxRow[]> {
  const rows: TxRow[] = []
  let page = await log.query({ limit: 1000 })
  while (page.length > 0) {
    rows.push(...page)
    page = await log.query({ limit: 1000, before: (page.at(-1) as TxRow).id })
  }
  return rows
}
