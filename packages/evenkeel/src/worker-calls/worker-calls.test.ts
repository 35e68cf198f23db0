import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DiskFullError, WorkerCalls } from './worker-calls.ts'
import type { Answers, Request } from './worker-calls-test-child.ts'

describe('WorkerCalls', () => {
  let notices: string[]
  let calls: WorkerCalls<Request, Answers, string>
  beforeEach(() => {
    notices = []
    calls = new WorkerCalls({
      url: new URL('./worker-calls-test-child.ts', import.meta.url),
      workerData: undefined,
      owner: 'the tests',
      onNotice: notice => notices.push(notice),
      transferOf: request => (request.kind === 'length' ? [request.bytes.buffer] : []),
    })
  })
  afterEach(() => calls.end())

  it('answers in the order in which it was asked', async () => {
    const answered: string[] = []

    await Promise.all(
      ['a', 'b', 'c'].map(text =>
        calls.ask({ kind: 'echo', text }).then(answer => {
          answered.push(answer)
        }),
      ),
    )

    expect(answered).toEqual(['a', 'b', 'c'])
  })

  it('rejects with what the worker threw, and goes on', async () => {
    const wrong = calls.ask({ kind: 'throw', message: 'no such thing', code: 'ENOENT' })
    const right = calls.ask({ kind: 'echo', text: 'still here' })

    await expect(wrong).rejects.toThrow('no such thing')
    await expect(wrong).rejects.not.toBeInstanceOf(DiskFullError)
    await expect(right).resolves.toBe('still here')
  })

  it('tells a full disk from other errors', async () => {
    const full = calls.ask({ kind: 'throw', message: 'no space left', code: 'ENOSPC' })

    await expect(full).rejects.toThrow(DiskFullError)
    await expect(full).rejects.toThrow('no space left')
  })

  it('hands over what changes hands, uncopied', async () => {
    const bytes = new Uint8Array(1000)

    const length = calls.ask({ kind: 'length', bytes })

    expect(bytes.length).toBe(0)
    await expect(length).resolves.toBe(1000)
  })

  it('rejects all that waits when the worker dies, and starts another with the next request', async () => {
    const before = await calls.ask({ kind: 'thread' })
    const waiting = [calls.ask({ kind: 'die' }), calls.ask({ kind: 'echo', text: 'unheard' })]

    for (const each of waiting)
      await expect(each).rejects.toThrow('The worker of the tests ended with code 7.')
    expect(await calls.ask({ kind: 'thread' })).not.toBe(before)
  })

  it('ends the worker when all that was asked before is answered, and passes on what it tells unasked', async () => {
    const answer = calls.ask({ kind: 'echo', text: 'the last words' })

    await calls.end()

    await expect(answer).resolves.toBe('the last words')
    expect(notices).toEqual(['ended'])
  })

  it('ends more than once', async () => {
    await calls.ask({ kind: 'echo', text: '' })

    await calls.end()

    await expect(calls.end()).resolves.toBeUndefined()
  })
})
