import { describe, expect, it } from 'vitest'
import { none, plus, printed, totalsOf } from './totals.ts'

describe('totalsOf', () => {
  it('counts passed and failed tests, and not those that were skipped', () => {
    const report = reportOf([{ status: 'failed', tests: ['passed', 'failed', 'failed', 'skipped', 'todo'] }])

    expect(totalsOf(report)).toEqual({ passed: 1, failed: 2 })
  })

  it('counts a file that failed without a failed test as one failure', () => {
    const report = reportOf([
      { status: 'failed', tests: [] },
      { status: 'failed', tests: ['passed'] },
    ])

    expect(totalsOf(report)).toEqual({ passed: 1, failed: 2 })
  })

  it('is nothing for a run without files', () => {
    expect(totalsOf(reportOf([]))).toEqual(none)
  })
})

describe('the last line', () => {
  it('sums the parts in the form that programs look for', () => {
    expect(printed(plus({ passed: 12, failed: 0 }, { passed: 3, failed: 1 }))).toBe('15 passed, 1 failed')
  })
})

/** What Vitest's JSON reporter writes, as far as it is read. */
function reportOf(files: { status: string; tests: string[] }[]): string {
  return JSON.stringify({
    numPassedTests: files.flatMap(file => file.tests).filter(status => status === 'passed').length,
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map(status => ({ status })),
    })),
  })
}
