import { runInTx, Transaction } from 'evenkeel'
import type { FastifyReply } from 'fastify'
import { describe, expect, it } from 'vitest'
import type { Perform, PerformOptions } from '../actions/perform.ts'
import { polishVolume } from '../actions/polish.fixture.ts'
import { actionHeader, perform } from './perform.ts'

const wanted = { projectId: 'demo', uuid: '0d5f4d1c-8a43-4c5c-9f0e-2f7c1b9a6e55' }

/** Performs as a request does, and remembers what it answers and hands on. */
async function request(outcome: Awaited<ReturnType<Perform>>) {
  const headers: { [name: string]: unknown } = {}
  const asked: { request: unknown; options: PerformOptions }[] = []
  const caller = new AbortController()
  const reply = {
    request: { keyed: null },
    header(name: string, value: unknown) {
      headers[name] = value
      return reply
    },
  } as unknown as FastifyReply
  const performing: Perform = async (_action, request, options) => {
    asked.push({ request, options })
    return outcome
  }
  const tx = new Transaction({ kind: 'request', operation: 'POST /v1/volumes', signal: caller.signal })
  const performed = await runInTx(tx, () =>
    perform({ perform: performing }, reply, polishVolume, wanted, { until: 'ended' }),
  )
  return { performed, headers, asked, caller }
}

describe('a route that performs an action', () => {
  it('names the action in its answer', async () => {
    const outcome = { actionId: '01M80PKBGMEQJEJWFHPP0CDZEX', objectUuid: wanted.uuid }

    const { performed, headers } = await request(outcome)

    expect(performed).toBe(outcome)
    expect(headers).toEqual({ [actionHeader]: outcome.actionId })
  })

  it('names none where there was nothing to do', async () => {
    const { performed, headers } = await request(undefined)

    expect(performed).toBeUndefined()
    expect(headers).toEqual({})
  })

  it('tells who performs when its caller is gone', async () => {
    const { asked, caller } = await request(undefined)
    caller.abort()

    expect(asked).toMatchObject([{ request: wanted, options: { until: 'ended' } }])
    expect(asked[0]?.options.signal?.aborted).toBe(true)
  })
})
