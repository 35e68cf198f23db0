import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { DeadlineExceededException, type Exception, toException } from '../exceptions/index.ts'
import { isEcho } from './echo.ts'

const neverAborted = new AbortController().signal

/** What becomes of work that leaves its waiting to Node, and is aborted for this reason. */
const abortedFor = (reason: Error): Promise<Exception> =>
  delay(60_000, undefined, { signal: AbortSignal.abort(reason) }).then(() => {
    throw new Error('It was not aborted.')
  }, toException)

describe('what work ends with after its answer', () => {
  it('is an echo if the work was aborted, however deep the reason lies', async () => {
    const reason = new Error('the client left')

    expect(isEcho(await abortedFor(reason), AbortSignal.abort(reason))).toBe(true)
  })

  it('is an echo if its time was over, of which the request itself knows nothing', async () => {
    const late = await abortedFor(new DeadlineExceededException('GET /report', 50))

    expect(isEcho(late, neverAborted)).toBe(true)
  })

  it('is none if the work failed by itself, also after an abort', () => {
    const bug = toException(new TypeError('late bug'))

    expect(isEcho(bug, neverAborted)).toBe(false)
    expect(isEcho(bug, AbortSignal.abort(new Error('the client left')))).toBe(false)
  })

  it('is none if its causes lead in a circle', () => {
    const circle = new Error('a')
    circle.cause = circle

    expect(isEcho(toException(circle), neverAborted)).toBe(false)
  })
})
