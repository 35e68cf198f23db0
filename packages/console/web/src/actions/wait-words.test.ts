import type { TxId } from 'evenkeel'
import type { CurrentWait } from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import { waitsSinceMs, waitWords } from './wait-words.ts'

const wait = (values: Partial<CurrentWait>): CurrentWait => ({
  path: 'network.port',
  part: 'do',
  for: 'busy',
  untilMs: undefined,
  sinceMs: 5,
  ...values,
})
const holder = { lock: 'server:7', action: 'server.delete', actionId: 'id' as TxId, sinceMs: 3 }
const lock = { for: 'lock', path: undefined, part: undefined } as const

describe('waitWords', () => {
  it.each([
    [{ ...lock, holder }, 'waiting for server:7, held by server.delete'],
    [lock, 'waiting for its turn at its locks'],
    [{}, 'waiting for the next attempt at network.port'],
    [{ part: 'undo' }, 'waiting for the next attempt at undoing network.port'],
    [{ for: 'settling' }, 'waiting for what network.port may have done: its answer was lost'],
    [{ for: 'effect' }, 'waiting for what was accepted at network.port'],
    [{ for: 'effect', part: 'undo' }, 'waiting for what was accepted when undoing network.port'],
    [{ for: 'sleep', path: 'trip', part: undefined }, 'letting time pass at trip'],
  ] as const)('says of %j: %s', (values, words) => {
    expect(waitWords(wait(values))).toBe(words)
  })
})

describe('waitsSinceMs', () => {
  it('is since the lock is held, or else since it waits', () => {
    expect([waitsSinceMs(wait({ ...lock, holder })), waitsSinceMs(wait({}))]).toEqual([3, 5])
  })
})
