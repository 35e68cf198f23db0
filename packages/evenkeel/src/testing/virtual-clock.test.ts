import { describe, expect, it } from 'vitest'
import { VirtualClock } from './virtual-clock.ts'

describe('VirtualClock', () => {
  it('passes over every sleep on the way of a promise, in order of time', async () => {
    const clock = new VirtualClock({ startMs: 0 })
    const woken: number[] = []
    const sleeper = async (ms: number) => {
      await clock.sleep(ms)
      woken.push(clock.now())
    }

    await clock.run(Promise.all([sleeper(3_600_000), sleeper(20), sleeper(10)]))

    expect(woken).toEqual([10, 20, 3_600_000])
  })

  it('advances by just so much, with what happens in between', async () => {
    const clock = new VirtualClock({ startMs: 0 })
    const woken: number[] = []
    void (async () => {
      for (;;) {
        await clock.sleep(40)
        woken.push(clock.now())
      }
    })()

    await clock.advance(100)

    expect(woken).toEqual([40, 80])
    expect(clock.now()).toBe(100)
  })

  it('wakes a sleeper whose signal is aborted, at once', async () => {
    const clock = new VirtualClock({ startMs: 0 })
    const cancel = new AbortController()
    const sleeping = clock.sleep(1_000, cancel.signal)

    cancel.abort()
    await sleeping

    expect(clock.now()).toBe(0)
  })

  it('says when a promise can never settle, since nothing waits for time any more', async () => {
    const clock = new VirtualClock({ startMs: 0 })

    await expect(clock.run(new Promise(() => {}))).rejects.toThrow('has not settled')
  })
})
