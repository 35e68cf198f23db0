/** How many tests passed and how many failed. */
export interface Totals {
  readonly passed: number
  readonly failed: number
}

export const none: Totals = { passed: 0, failed: 0 }

export function plus(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed }
}

/** The last line of a run: made to be read by programs too. */
export function printed({ passed, failed }: Totals): string {
  return `${passed} passed, ${failed} failed`
}

/** What is read of the report that Vitest's JSON reporter writes. */
interface VitestReport {
  readonly numPassedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * The totals of one Vitest run.
 *
 * @param report what Vitest's JSON reporter wrote
 */
export function totalsOf(report: string): Totals {
  const { numPassedTests, testResults } = JSON.parse(report) as VitestReport
  const failed = testResults.map(({ status, assertionResults }) => {
    const failedTests = assertionResults.filter(test => test.status === 'failed').length
    // A file that can't be loaded, or whose hooks fail, fails without a failed test.
    return status === 'failed' ? Math.max(1, failedTests) : failedTests
  })
  return { passed: numPassedTests, failed: failed.reduce((sum, count) => sum + count, 0) }
}
