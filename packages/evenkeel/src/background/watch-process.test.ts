import { execFile } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { memoryStats } from '../stats/index.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { memoryTxLog } from '../tx-log/memory/memory-tx-log.ts'
import { backgroundWith } from './background.ts'
import { type WatchProcessOptions, watchProcess } from './watch-process.ts'

describe('watchProcess', () => {
  it('makes what nobody caught a transaction, and goes on if that is the policy', async () => {
    const { clock, process, exits, rows } = watched({ policy: 'go-on' })

    process.emit('unhandledRejection', new TypeError('x is not a function'))
    process.emit('uncaughtException', undefined)
    await clock.advance(60_000)

    expect(exits).toEqual([])
    expect(await rows()).toMatchObject([
      { kind: 'background', operation: 'process uncaughtException', exception: 'InternalException' },
      { kind: 'background', operation: 'process unhandledRejection', exception: 'InternalException' },
    ])
  })

  it('drains and exits by default, once, and counts what is met on the way', async () => {
    let drains = 0
    const { clock, process, exits, rows } = watched({
      drain: async () => {
        drains++
        process.emit('unhandledRejection', new Error('while draining'))
        await clock.sleep(500)
      },
    })

    process.emit('uncaughtException', new Error('the first'))
    await clock.advance(499)
    expect(exits).toEqual([])
    await clock.advance(1)

    expect([drains, exits]).toEqual([1, [1]])
    expect((await rows()).map(({ operation }) => operation).toSorted()).toEqual([
      'process drain',
      'process uncaughtException',
      'process unhandledRejection',
    ])
  })

  it('exits when draining fails, or takes too long', async () => {
    const failing = watched({ drain: () => Promise.reject(new Error('no')) })
    const endless = watched({ drain: () => new Promise(() => {}), drainMsMax: 3000 })

    for (const { process } of [failing, endless]) process.emit('uncaughtException', new Error('a bug'))
    await failing.clock.advance(0)
    await endless.clock.advance(2999)

    expect([failing.exits, endless.exits]).toEqual([[1], []])
    await endless.clock.advance(1)
    expect(endless.exits).toEqual([1])
  })

  it('watches no longer when it is disposed of', () => {
    const { process, watch } = watched({})

    watch[Symbol.dispose]()

    expect(process.eventNames()).toEqual([])
  })

  it.each(['go-on', 'drain-and-exit'])(
    'tells the request that it came from, in a real process that is to %s',
    async policy => {
      const { code, stdout } = await runFixture(policy)
      const { requests, rows } = JSON.parse(stdout)

      const rejected = {
        operation: 'process unhandledRejection',
        exception: 'NotFoundException',
        parentId: requests[0],
      }
      const thrown = {
        operation: 'process uncaughtException',
        exception: 'InternalException',
        parentId: requests[1],
      }
      expect(rows).toEqual(policy === 'go-on' ? [thrown, rejected] : [rejected])
      expect(code).toBe(policy === 'go-on' ? 0 : 1)
    },
  )
})

function watched(options: Omit<WatchProcessOptions, 'background' | 'process'>) {
  const clock = new VirtualClock()
  const log = memoryTxLog()
  const background = backgroundWith({ stats: memoryStats(), log, clock })
  const exits: number[] = []
  const process = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) })
  const watch = watchProcess({ background, process, clock, ...options })
  return { clock, process, exits, watch, rows: () => log.query({}) }
}

function runFixture(policy: string): Promise<{ code: number; stdout: string }> {
  const fixture = fileURLToPath(new URL('watch-process.fixture.ts', import.meta.url))
  return new Promise(resolve => {
    const child = execFile(process.execPath, [fixture, policy], (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, stdout }),
    )
  })
}
