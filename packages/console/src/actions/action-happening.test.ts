import type { ActionEvent, JournalEntry } from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import { actionView, idNumber } from '../console.fixture.ts'
import { happeningOf } from './action-happening.ts'

const about = { actionId: idNumber(2), action: 'server.create', atMs: 7, view: () => actionView() }
const written = (entry: JournalEntry): ActionEvent => ({ ...about, kind: 'journaled', entry })

describe('happeningOf', () => {
  it('tells what was written, about which step, and how far the action has come', () => {
    const entry = { kind: 'undo-intent', path: 'port', attempt: 2, atMs: 7 } as const

    expect(happeningOf(written(entry))).toMatchObject({
      atMs: 7,
      kind: 'undo-intent',
      about: { path: 'port', attempt: 2 },
      progress: { state: 'running', currentStep: 'network.port' },
    })
  })

  it.each<JournalEntry>([
    { kind: 'intent', path: 'port', step: 'port', attempt: 1, input: 'hunter2', atMs: 7 },
    { kind: 'done', path: 'port', output: 'hunter2', atMs: 7 },
    { kind: 'pivot', name: 'deletion', steps: [{ path: 'a', step: 'a', input: 'hunter2' }], atMs: 7 },
    { kind: 'ending', end: { kind: 'succeeded', output: 'hunter2' }, atMs: 7 },
    {
      kind: 'started',
      name: 'a',
      version: 1,
      input: 'hunter2',
      locks: [],
      isQueued: false,
      caller: {},
      atMs: 7,
    },
  ])('tells nothing of the inputs and outputs in $kind', entry => {
    expect(JSON.stringify(happeningOf(written(entry)))).not.toContain('hunter2')
  })

  it('tells how an action ends', () => {
    expect(happeningOf(written({ kind: 'ending', end: { kind: 'succeeded' }, atMs: 7 })).about).toEqual({
      outcome: 'succeeded',
    })
  })

  it('tells what is waited for, and who holds it', () => {
    const holder = { lock: 'server:7', action: 'server.delete', actionId: idNumber(1), sinceMs: 3 }
    const wait = { path: undefined, part: undefined, for: 'lock', untilMs: undefined, holder } as const

    expect(happeningOf({ ...about, kind: 'waiting', ...wait })).toMatchObject({
      kind: 'waiting',
      about: { for: 'lock', holder },
    })
  })
})
