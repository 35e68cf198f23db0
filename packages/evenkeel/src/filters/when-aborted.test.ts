import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { whenAborted } from './when-aborted.ts'

describe('whenAborted', () => {
  it('wakes all who wait, once', () => {
    const abort = new AbortController()
    const woken: string[] = []
    whenAborted(abort.signal, () => woken.push('first'))
    whenAborted(abort.signal, () => woken.push('second'))

    abort.abort()
    abort.abort()

    expect(woken).toEqual(['first', 'second'])
  })

  it('wakes nobody who has ended the waiting', () => {
    const abort = new AbortController()
    const woken: string[] = []
    const end = whenAborted(abort.signal, () => woken.push('gone'))
    whenAborted(abort.signal, () => woken.push('still here'))

    end()
    abort.abort()

    expect(woken).toEqual(['still here'])
  })

  it('wakes nobody whose waiting another one ends as it wakes', () => {
    const abort = new AbortController()
    const woken: string[] = []
    whenAborted(abort.signal, () => {
      woken.push('first')
      endSecond()
    })
    const endSecond = whenAborted(abort.signal, () => woken.push('second'))

    abort.abort()

    expect(woken).toEqual(['first'])
  })

  it('needs one listener for any number, and none when nobody waits any more', () => {
    const { signal } = new AbortController()

    const ends = Array.from({ length: 1_000 }, () => whenAborted(signal, () => {}))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    for (const end of ends) end()

    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('wakes who begins to wait after all others have ended', () => {
    const abort = new AbortController()
    let isWoken = false
    whenAborted(abort.signal, () => {})()
    whenAborted(abort.signal, () => {
      isWoken = true
    })

    abort.abort()

    expect(isWoken).toBe(true)
  })
})
