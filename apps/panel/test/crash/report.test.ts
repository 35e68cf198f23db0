import type { ActionView } from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import { finding } from './finding.ts'
import { lineOf } from './report.ts'

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
