import type { TxId } from 'evenkeel'
import type { StepView } from 'evenkeel/actions'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fixedOperators } from '../access/operators.ts'
import { actionView, FakeRecords, idNumber, operatorToken, serverWith } from '../console.fixture.ts'

let app: FastifyInstance
let records: Operated
const asOperator = { authorization: `Bearer ${operatorToken}` }
const id = idNumber(2)

/** Actions that remember what was done to them, and say whether it could be. */
class Operated extends FakeRecords {
  readonly deeds: unknown[] = []
  isPossible = true

  async cancel(...deed: [TxId, string]): Promise<boolean> {
    return this.#remember('cancel', deed)
  }

  async retry(...deed: [TxId, string, { by: string }]): Promise<boolean> {
    return this.#remember('retry', deed)
  }

  async forget(...deed: [TxId, string, { by: string; reason: string }]): Promise<boolean> {
    return this.#remember('forget', deed)
  }

  #remember(what: string, deed: readonly unknown[]): boolean {
    this.deeds.push([what, ...deed])
    return this.isPossible
  }
}

beforeEach(async () => {
  records = new Operated()
  records.views = [actionView({ id, steps: [{ path: 'volumes.volume/root' } as StepView] })]
  app = await serverWith(records)
})
afterEach(() => app.close())

const post = (path: string, payload: object | string, headers: Record<string, string> = asOperator) =>
  app.inject({ method: 'POST', url: `/console/api/actions/${path}`, payload, headers })

describe('an operator', () => {
  it('calls an action off, with a reason', async () => {
    const answer = await post(`${id}/cancel`, { reason: ' wrong image. ' })

    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toMatchObject({ id, name: 'server.create' })
    expect(records.deeds).toEqual([['cancel', id, 'wrong image']])
  })

  it('has residue tried at once, under the name of the token', async () => {
    const answer = await post(`${id}/steps/retry`, { path: 'volumes.volume/root' })

    expect(answer.statusCode).toBe(202)
    expect(records.deeds).toEqual([['retry', id, 'volumes.volume/root', { by: 'ada' }]])
  })

  it('takes residue from the janitor with a reason, in a session opened with the token', async () => {
    const opened = await app.inject({
      method: 'POST',
      url: '/console/api/session',
      payload: { token: operatorToken },
    })
    const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? ''
    const forget = { path: 'volumes.volume/root', reason: 'removed by hand' }
    const answer = await post(`${id}/steps/forget`, forget, { cookie })

    expect(answer.statusCode).toBe(200)
    expect(records.deeds).toEqual([
      ['forget', id, 'volumes.volume/root', { by: 'ada', reason: 'removed by hand' }],
    ])
  })

  it('is called operator where tokens have no names', async () => {
    await app.close()
    app = await serverWith(records, { operators: fixedOperators({ '': operatorToken }) })

    await post(`${id}/steps/retry`, { path: 'volumes.volume/root' })

    expect(records.deeds).toEqual([['retry', id, 'volumes.volume/root', { by: 'operator' }]])
  })
})

describe('a deed', () => {
  it.each([
    ['cancel', {}, 'reason'],
    ['cancel', { reason: ' . ' }, 'reason'],
    ['cancel', { reason: 'x'.repeat(501) }, 'reason'],
    ['cancel', { reason: 'a', path: 'b' }, 'path'],
    ['cancel', ['a'], 'body'],
    ['steps/retry', {}, 'path'],
    ['steps/retry', { path: 7 }, 'path'],
    ['steps/forget', { path: 'volumes.volume/root' }, 'reason'],
    ['steps/forget', { path: 'volumes.volume/root', reason: '' }, 'reason'],
  ])('%s with %j is refused and names the field', async (deed, body, field) => {
    const answer = await post(`${id}/${deed}`, body)

    expect(answer.statusCode).toBe(400)
    expect(Object.keys(answer.json().data.fields)).toEqual([field])
    expect(records.deeds).toEqual([])
  })

  it.each([
    ['succeeded', 'it has succeeded.'],
    ['past-pivot', 'it is past its pivot, and from there it only goes forward.'],
    ['rolling-back', 'it is being rolled back already.'],
  ] as const)('that would cancel what has %s is refused and says why', async (state, why) => {
    records.isPossible = false
    records.views = [actionView({ id, state })]

    const answer = await post(`${id}/cancel`, { reason: 'too slow' })

    expect(answer.statusCode).toBe(409)
    expect(answer.json().message).toBe(`Action ${id} (server.create) can't be cancelled: ${why}`)
  })

  it.each(['retry', 'forget'])('%s is refused where nothing is left over', async deed => {
    records.isPossible = false

    const answer = await post(`${id}/steps/${deed}`, {
      path: 'volumes.volume/root',
      ...(deed === 'forget' && { reason: 'removed' }),
    })

    expect(answer.statusCode).toBe(409)
    expect(answer.json().exception).toBe('NothingLeftOverException')
  })

  it('at a step that there is not is refused and names those that there are', async () => {
    const answer = await post(`${id}/steps/retry`, { path: 'volume' })

    expect(answer.statusCode).toBe(404)
    expect(answer.json().message).toContain('It has begun: volumes.volume/root.')
    expect(records.deeds).toEqual([])
  })

  it('at an action that there is not is refused', async () => {
    expect((await post(`${idNumber(3)}/cancel`, { reason: 'a' })).json().exception).toBe(
      'NoSuchActionException',
    )
    expect((await post('three/cancel', { reason: 'a' })).json().exception).toBe(
      'NotAnIncidentNumberException',
    )
  })

  it('is refused where actions can only be looked at', async () => {
    await app.close()
    const readOnly = new FakeRecords()
    readOnly.views = records.views
    app = await serverWith(readOnly)

    const answer = await post(`${id}/cancel`, { reason: 'a' })

    expect(answer.statusCode).toBe(404)
    expect(answer.json().exception).toBe('DeedNotOfferedException')
  })

  it('is nobody else’s to do, and no other site’s to have a browser do', async () => {
    const body = { path: 'volumes.volume/root' }
    const asForm = { ...asOperator, 'content-type': 'application/x-www-form-urlencoded' }
    const asText = { ...asOperator, 'content-type': 'text/plain' }

    expect((await post(`${id}/steps/retry`, body, {})).statusCode).toBe(401)
    expect((await post(`${id}/steps/retry`, 'path=volumes.volume%2Froot', asForm)).statusCode).not.toBe(202)
    expect((await post(`${id}/steps/retry`, JSON.stringify(body), asText)).statusCode).toBe(400)
    expect(records.deeds).toEqual([])
  })
})
