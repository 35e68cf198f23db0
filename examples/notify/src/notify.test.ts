import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { successRate } from 'evenkeel/stats'
import { describe, expect, it } from 'vitest'
import { tour } from './tour.ts'

const run = promisify(execFile)

describe('a notification to phone, tablet and e-mail', () => {
  it('reaches its user on every way that works', async () => {
    const { stops } = await tour()

    expect(stops.map(({ reached, thrown }) => [reached.join(' '), thrown])).toEqual([
      ['phone tablet email', undefined],
      ['phone tablet', 'PartialFailureException'],
      ['phone', 'PartialFailureException'],
      ['', 'FullFailureException'],
      ['tablet email', 'PartialFailureException'],
      ['phone email', 'PartialFailureException'],
    ])
  })

  it("is counted by the class of each branch's exception, and not only as a partial failure", async () => {
    const { counts } = await tour()

    const failed = counts
      .filter(({ exception }) => exception !== undefined)
      .map(({ operation, exception, category, count }) => `${operation} ${exception} ${category} ${count}`)
    expect(failed.toSorted()).toEqual([
      'notify FullFailureException dependency 1',
      'notify PartialFailureException dependency 2',
      'notify PartialFailureException discard 1',
      'notify PartialFailureException internal 1',
      'notify/email MailboxFullException dependency 3',
      'notify/phone PhoneMutedException discard 1',
      'notify/phone PhoneOfflineException dependency 1',
      'notify/tablet InternalException internal 1',
      'notify/tablet TabletOfflineException dependency 2',
    ])
  })

  it('lowers the success rate by its gravest branch: a muted phone does not', async () => {
    expect(successRate((await tour()).counts)).toBe(2 / 6)
  })
})

describe('npm start', () => {
  it('prints what the README shows', async () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url))
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')

    const { stdout } = await run(process.execPath, [main])

    expect(readme).toContain(stdout)
  })

  it('shows the fan-out as it is', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const source = await readFile(new URL('notify.ts', import.meta.url), 'utf8')

    expect(readme).toContain(source.slice(source.indexOf('export function')))
  })
})
