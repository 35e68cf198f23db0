import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { newTxId } from '../../filters/tx-id.ts'
import { VirtualClock } from '../../testing/virtual-clock.ts'
import { Interruption } from '../effect.ts'
import { Locks } from './locks.ts'

describe('a request that queues for as long as it takes', () => {
  it('may be awaited late: when the engine has stopped before, it is told so then, and nothing is unhandled', async () => {
    const locks = new Locks(new VirtualClock())
    const request = (action: string) => ({ actionId: newTxId(0), action, keys: ['server:1'] })
    locks.restore(request('server.create'), 0)

    const granted = locks.queue(request('server.delete'), () => false)
    locks.stop()
    await turn() // an unhandled rejection is told here, and fails the test run

    await expect(granted).rejects.toBeInstanceOf(Interruption)
  })
})
