import { randomUUID } from 'node:crypto'
import { newTxId, runInTx, Transaction } from 'evenkeel'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { announceMaintenance, withdrawMaintenance } from '../records/maintenance.ts'
import { networkRecords } from '../records/networks.ts'
import { deleteSuspension, insertSuspension } from '../records/suspensions.ts'
import { someProject } from '../records/testing.ts'
import { changeLabels } from './change-labels.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

const nowMs = Date.parse('2026-11-22T19:30:00.500Z')
const projectId = someProject.id

let api: ApiForTests
/** Made before anything was closed. */
let network: string
beforeAll(async () => {
  api = await apiForTests({ now: () => nowMs })
  network = (await api.send('POST', '/v1/networks', { name: 'lan' }, under('before'))).json().uuid
})
afterEach(() =>
  api.records.transaction(async trx => {
    await deleteSuspension(trx, projectId)
    await withdrawMaintenance(trx)
  }),
)
afterAll(() => api.dispose())

const under = (key: string) => ({ headers: { 'idempotency-key': key } })

const closings = {
  suspension: {
    status: 403,
    exception: 'ProjectSuspendedException',
    close: () =>
      api.records.transaction(trx =>
        insertSuspension(trx, {
          projectId,
          reason: 'abuse report 4711',
          message: 'We look into a report of abuse',
          suspendedBy: 'ada',
          since: '2026-11-22T12:00:00.000000Z',
          actionId: newTxId(),
        }),
      ),
  },
  maintenance: {
    status: 503,
    exception: 'MaintenanceException',
    close: () => maintenance({ fromMs: nowMs, untilMs: nowMs + 60_000 }),
  },
}

function maintenance(times: { readonly fromMs: number; readonly untilMs: number }): Promise<void> {
  const announced = { message: 'The storage is being enlarged.', announcedBy: 'ada', announcedAt: 'now' }
  return api.records.transaction(trx => announceMaintenance(trx, { ...times, ...announced }))
}

/** A request of the route, about what is nowhere. */
function ask(route: string) {
  const [method = '', path = ''] = route.split(' ')
  const url = path.replaceAll(/:\w+/g, path.includes('floating-ips') ? '203.0.113.255' : randomUUID())
  return api.send(method, url, method === 'GET' || method === 'DELETE' ? undefined : {})
}

const isReading = (route: string) => route.startsWith('GET ')

describe.each(Object.entries(closings))('during a %s', (_, { status, exception, close }) => {
  it('every route that changes something refuses to, whatever it is asked', async () => {
    await close()
    const changing = api.routes.filter(route => !isReading(route))

    const answers = await Promise.all(changing.map(async route => ({ route, answer: await ask(route) })))

    expect(changing.length).toBeGreaterThan(50)
    for (const { route, answer } of answers) {
      expect([route, answer.statusCode, answer.headers['evenkeel-exception']]).toEqual([
        route,
        status,
        exception,
      ])
    }
  })

  it('every route that reads does', async () => {
    await close()
    const reading = api.routes.filter(route => isReading(route) && !route.endsWith('/stream'))

    const answers = await Promise.all(reading.map(async route => ({ route, answer: await ask(route) })))

    for (const { route, answer } of answers) {
      expect([route, answer.headers['evenkeel-exception']]).not.toEqual([route, exception])
    }
    expect((await api.send('GET', `/v1/networks/${network}`)).json()).toMatchObject({ name: 'lan' })
  })

  it('changes nothing', async () => {
    await close()
    await api.send('PATCH', `/v1/networks/${network}`, { name: 'other' })
    await api.send('DELETE', `/v1/networks/${network}`)

    expect((await api.send('GET', '/v1/networks')).json()).toMatchObject([{ name: 'lan' }])
  })

  it('tells who repeats a request under its key what came of the first, and begins nothing under a new one', async () => {
    await close()

    const again = await api.send('POST', '/v1/networks', { name: 'lan' }, under('before'))
    const another = await api.send('POST', '/v1/networks', { name: 'lan' }, under('another'))

    expect([again.statusCode, again.json().uuid]).toEqual([201, network])
    expect(another.statusCode).toBe(status)
  })

  it('judges a plain change again where it is written', async () => {
    await close()
    const tx = new Transaction({ kind: 'request', operation: 'PATCH /v1/networks/:uuid' })
    tx.principal = `project:${projectId}/token:writer`

    const change = runInTx(tx, () =>
      changeLabels(
        { records: api.records, now: () => nowMs },
        networkRecords,
        { projectId, uuid: network },
        {
          name: 'other',
        },
      ),
    )

    await expect(change).rejects.toMatchObject({ name: exception })
  })
})

describe('a suspension', () => {
  it('says since when, what customers are to know, and whom to ask; nothing of what is for operators', async () => {
    await closings.suspension.close()

    const answer = await api.send('POST', '/v1/servers', {})

    expect(answer.json()).toEqual({
      detail:
        'This project has been suspended since 2026-11-22T12:00:00.000000Z. We look into a report of abuse. Everything in it is kept as it is and can be looked at, but nothing can be changed. Ask support to have it resumed.',
    })
    expect(answer.headers['retry-after']).toBeUndefined()
  })

  it('is no matter of other projects', async () => {
    await closings.suspension.close()

    const stranger = { headers: { authorization: 'Bearer stranger' } }

    expect((await api.send('POST', '/v1/networks', { name: 'lan' }, stranger)).statusCode).toBe(201)
  })

  it('comes first where there is maintenance, too: trying again then would not help', async () => {
    await closings.suspension.close()
    await closings.maintenance.close()

    expect((await api.send('POST', '/v1/servers', {})).statusCode).toBe(403)
  })
})

describe('maintenance', () => {
  it('says until when, and why', async () => {
    await maintenance({ fromMs: nowMs - 1, untilMs: nowMs + 1_799_500 })

    const answer = await api.send('POST', '/v1/servers', {})

    expect(answer.headers['retry-after']).toBe('1800')
    expect(answer.json()).toEqual({
      detail:
        'Because of maintenance nothing can be changed until 2026-11-22T20:00:00.000Z. The storage is being enlarged. Everything can be looked at, and what had begun before goes on. Try again when Retry-After says.',
    })
  })

  it('asks for a second of patience at least', async () => {
    await maintenance({ fromMs: nowMs - 1, untilMs: nowMs + 1 })

    expect((await api.send('POST', '/v1/servers', {})).headers['retry-after']).toBe('1')
  })

  it.each([
    ['that is to come', { fromMs: nowMs + 1, untilMs: nowMs + 60_000 }],
    ['that is over', { fromMs: nowMs - 60_000, untilMs: nowMs }],
  ])('%s refuses nothing', async (_, times) => {
    await maintenance(times)

    expect((await api.send('POST', '/v1/networks', { name: 'more' })).statusCode).toBe(201)
  })
})
