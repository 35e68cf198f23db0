import type { ActionView } from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import { finding } from './finding.ts'
import { promised } from './judged.fixture.ts'
import { ask } from './model.ts'
import { lineOf, missingFrom, neverDone, tally } from './report.ts'

const view = {
  id: 'A1',
  name: 'server.create',
  state: 'rolled-back',
  cause: { exception: 'CloudRefusedException' },
  steps: [
    {
      path: 'network.port',
      attempts: [{ attempt: 1, startedAtMs: 1, effect: 'done' }],
      undo: [{ attempt: 1, startedAtMs: 5 }],
    },
    {
      path: 'root',
      attempts: [
        { attempt: 1, startedAtMs: 3, effect: 'unknown', exception: { exception: 'CloudTimeoutException' } },
      ],
      undo: [],
    },
  ],
} as unknown as ActionView

describe('a finding', () => {
  it('is told in one line: object, instant, action, and what the journal says last', () => {
    const line = lineOf(finding('server crash-7', 'is lost', 'A1'), 'found by kill 3 at 4.2 s', view)

    expect(line).toBe(
      '✗ server crash-7 is lost | found by kill 3 at 4.2 s | server.create A1: ' +
        'network.port #1 done → root #1 unknown (CloudTimeoutException) → network.port undo #1 open → ' +
        'rolled-back for CloudRefusedException',
    )
  })

  it('is told without an action where there is none', () => {
    expect(lineOf(finding('the panel', 'is late'), 'now', undefined)).toBe('✗ the panel is late | now')
  })
})

describe('the tally', () => {
  it('counts what was acknowledged, and says what never was', () => {
    const { model, server } = promised()
    ask(server, 'server.stop').answer = 'lost'
    ask(server, 'server.delete').answer = 'acknowledged'

    expect(tally(model)).toBe('1 creations, 0 changes, 1 deletions')
    expect(missingFrom(model)).toEqual([
      'change of a server',
      'creation of anything else',
      'change of a volume',
      'deletion of anything else',
    ])
    expect(neverDone(model, ['server.create', 'server.stop'])).toEqual(['server.stop'])
  })
})
