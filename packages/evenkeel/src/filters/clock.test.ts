import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { type Clock, sleepUntil, startTimer, systemClock } from './clock.ts'

describe('systemClock', () => {
  it('sleeps as long as it is told to', async () => {
    const startMs = performance.now()

    await systemClock.sleep(20)

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(19)
  })

  it('wakes at once when the signal is aborted, before or while it sleeps', async () => {
    const abort = new AbortController()
    const first = await Promise.race([
      systemClock.sleep(60_000, AbortSignal.abort()).then(() => 'woken'),
      delay(5_000, 'asleep', { ref: false }),
    ])
    const second = systemClock.sleep(60_000, abort.signal)

    abort.abort()

    expect(first).toBe('woken')
    await expect(second).resolves.toBeUndefined()
  })
})

describe('a timer', () => {
  const sleepOnly: Clock = { now: systemClock.now, sleep: systemClock.sleep }

  it.each([
    ['the system clock', systemClock],
    ['a clock that can only sleep', sleepOnly],
  ])('of %s fires when it is time', async (_, clock) => {
    const startMs = performance.now()

    await new Promise<void>(resolve => startTimer(clock, 20, resolve))

    expect(performance.now() - startMs).toBeGreaterThanOrEqual(19)
  })

  it.each([
    ['the system clock', systemClock],
    ['a clock that can only sleep', sleepOnly],
  ])('of %s never fires when it was cancelled', async (_, clock) => {
    const fired: string[] = []
    const cancel = startTimer(clock, 5, () => fired.push('cancelled'))
    await new Promise<void>(resolve => {
      startTimer(clock, 20, resolve)
      cancel()
    })

    expect(fired).toEqual([])
  })

  it('of virtual time fires in virtual time', async () => {
    const clock = new VirtualClock()
    const startMs = clock.now()

    await clock.run(new Promise<void>(resolve => startTimer(clock, 3_600_000, resolve)))

    expect(clock.now() - startMs).toBe(3_600_000)
  })
})

describe('sleepUntil', () => {
  it('sleeps again when a sleep ends early, as one of more than 24 days does', async () => {
    let nowMs = 0
    const clock: Clock = {
      now: () => nowMs,
      async sleep(ms) {
        nowMs += Math.min(ms, 10)
      },
    }

    await sleepUntil(35, clock, new AbortController().signal)

    expect(nowMs).toBe(35)
  })

  it('ends when it is aborted', async () => {
    await expect(
      sleepUntil(Number.POSITIVE_INFINITY, systemClock, AbortSignal.abort()),
    ).resolves.toBeUndefined()
  })
})
