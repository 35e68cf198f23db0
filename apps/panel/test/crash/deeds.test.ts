import { InternalException, NotFoundException } from 'evenkeel'
import { ConnectionLostException, type HttpCall, type HttpResult } from 'evenkeel/client'
import { describe, expect, it } from 'vitest'
import { ObjectBusyException } from '../../src/records/busy.ts'
import { Chance } from './chance.ts'
import { Customer } from './customer.ts'
import type { Deed } from './deed.ts'
import { deeds } from './deeds.ts'
import type { Finding } from './finding.ts'
import { promised, shown } from './judged.fixture.ts'
import { deletionOf, isPresent } from './model.ts'

/** Lets customers do what they do, all to one server, until they have called the panel in this way. */
async function whenAsked(
  method: string,
  answer: (call: HttpCall) => HttpResult,
): Promise<ReturnType<typeof promised> & { complaints: readonly string[] }> {
  const { model, server } = promised()
  const findings: Finding[] = []
  let isAsked = false
  const panel = async (call: HttpCall) => {
    if ((call.method ?? 'GET') !== method)
      throw new ConnectionLostException({ service: 'panel', operation: '' })
    isAsked = true
    return answer(call)
  }
  const chance = new Chance(1, method)
  while (!isAsked) {
    const deed = chance.weighted<Deed>(deeds)
    await deed({ model, customer: new Customer(panel, findings), findings, chance, isEnding: () => false })
    if (!isAsked) Object.assign(server, promised().server) // whatever else was asked is forgotten
  }
  return { model, server, complaints: findings.map(({ object, what }) => `${object} ${what}`) }
}

const accepted = (body: unknown = undefined): HttpResult => ({
  status: 204,
  headers: new Headers({ 'evenkeel-action': 'a2' }),
  body: body as HttpResult['body'],
})

function refuse(exception: Error): () => never {
  return () => {
    throw exception
  }
}

const busy = new ObjectBusyException({
  object: "Server 'crash-1'",
  change: 'being started',
  since: undefined,
  actionId: 'A0',
  initiator: 'ci',
})
const gone = new NotFoundException('Not found.')
const failed = new NotFoundException(
  'Not found. Creation failed: no room. Nothing of it is left in your project. (incident A1)',
)

describe('what customers are answered', () => {
  it('is written down with the action that was promised', async () => {
    const { server, complaints } = await whenAsked('DELETE', () => accepted())

    expect(server.asks.at(-1)).toMatchObject({
      action: 'server.delete',
      answer: 'acknowledged',
      actionId: 'a2',
    })
    expect(complaints).toEqual([])
  })

  it('may be nothing at all, and then either is right', async () => {
    const cutOff = new ConnectionLostException({ service: 'panel', operation: 'DELETE' })
    const { server, complaints } = await whenAsked('DELETE', refuse(cutOff))

    expect(deletionOf(server)).toBe('lost')
    expect(complaints).toEqual([])
  })

  it('must not be that a server is not there, which nobody has deleted', async () => {
    const { complaints } = await whenAsked('GET', refuse(gone))

    expect(complaints).toEqual(['server crash-1 s1 is lost: Not found.'])
  })

  it('may be that its creation failed, and why', async () => {
    const { server, complaints } = await whenAsked('GET', refuse(failed))

    expect(complaints).toEqual([])
    expect(isPresent(server)).toBe(false)
  })

  it('must not be an old tag', async () => {
    const { complaints } = await whenAsked('GET', () => accepted({ ...shown, tags: { mark: 'm0' } }))

    expect(complaints).toEqual(['server crash-1 s1 has the tag m0, and must have m1'])
  })

  it('must not be that a server is too busy to be deleted, only to be changed', async () => {
    expect((await whenAsked('DELETE', refuse(busy))).complaints).toEqual([
      expect.stringMatching(/^server crash-1 s1 could not be deleted: Server 'crash-1' is being started/),
    ])
    expect((await whenAsked('PATCH', refuse(busy))).complaints).toEqual([])
  })

  it('must never be a bug', async () => {
    const { complaints } = await whenAsked('DELETE', refuse(new InternalException('Oops.')))

    expect(complaints).toEqual([
      'server crash-1 s1 answered DELETE /servers/s1 with a bug: InternalException: Oops.',
    ])
  })
})
