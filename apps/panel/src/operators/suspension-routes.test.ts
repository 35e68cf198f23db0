import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from '../api/testing.ts'
import { listEvents } from '../records/events.ts'
import { serverRecords } from '../records/servers.ts'
import { someProject, someServer } from '../records/testing.ts'

const project = `/console/api/projects/${someProject.id}`

describe('/projects/{id}/suspend and /resume', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests()
  })
  afterEach(() => api.dispose())

  const suspend = (body: object = { reason: 'abuse report 4711' }) =>
    api.send('POST', `${project}/suspend`, body)
  const resume = () => api.send('POST', `${project}/resume`)
  const makeNetwork = () => api.send('POST', '/v1/networks', { name: 'lan' })
  const logged = async () =>
    (await listEvents(api.records.read, someProject.id, { limit: 10 })).map(({ action, message, object }) => [
      action,
      message,
      object,
    ])

  it('close a project to its customers and open it again, which its log tells', async () => {
    const suspended = await suspend({ reason: 'abuse report 4711', message: 'We look into it' })
    expect((await makeNetwork()).statusCode).toBe(403)
    const resumed = await resume()
    expect((await makeNetwork()).statusCode).toBe(201)

    expect([suspended.statusCode, resumed.statusCode]).toEqual([200, 200])
    expect(suspended.json()).toMatchObject({
      id: someProject.id,
      suspension: {
        reason: 'abuse report 4711',
        message: 'We look into it',
        suspendedBy: 'operator',
        since: expect.stringMatching(/Z$/),
        action: suspended.headers['evenkeel-action'],
        servers: { shutDown: 0, stillRunning: [] },
      },
    })
    expect(resumed.json()).toMatchObject({ id: someProject.id, suspension: null })
    expect((await logged()).slice(0, 2)).toEqual([
      ['project_suspend', "Project 'Demo' has been suspended: We look into it", `project:${someProject.id}`],
      ['project_resume', "Project 'Demo' has been resumed", `project:${someProject.id}`],
    ])
  })

  it('show which servers still run', async () => {
    const server = someServer({ name: 'web' })
    await api.records.transaction(trx => serverRecords.insert(trx, server))

    expect((await suspend()).json().suspension.servers).toEqual({
      shutDown: 0,
      stillRunning: [{ uuid: server.uuid, name: 'web', reason: null }],
    })
  })

  it('do nothing twice: who suspends again says otherwise why, and no more', async () => {
    const first = await suspend()
    const second = await suspend({ reason: 'fraud', message: 'Call us.' })

    expect(second.statusCode).toBe(200)
    expect(second.headers['evenkeel-action']).toBeUndefined()
    expect(second.json().suspension).toEqual({
      ...first.json().suspension,
      reason: 'fraud',
      message: 'Call us.',
    })
    expect((await makeNetwork()).json().detail).toContain('Call us.')
    expect(await logged()).toHaveLength(1)
  })

  it('let a project that is not suspended be resumed: it is as was asked for', async () => {
    const answer = await resume()

    expect([answer.statusCode, answer.json().suspension]).toEqual([200, null])
    expect(await logged()).toEqual([])
  })

  it('make one suspension of two at the same moment', async () => {
    const answers = await Promise.all([suspend({ reason: 'one' }), suspend({ reason: 'other' })])

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200])
    expect(answers.filter(({ headers }) => headers['evenkeel-action'] !== undefined)).toHaveLength(1)
    expect(await logged()).toHaveLength(1)
  })

  it.each([
    [{}, 'reason', 'This field is required.'],
    [{ reason: ' ' }, 'reason', 'may not be empty'],
    [{ reason: 'x'.repeat(1001) }, 'reason', 'at most 1000 characters'],
    [{ reason: 'abuse', message: 'two\nlines' }, 'message', 'line breaks'],
    [{ reason: 'abuse', why: 'x' }, 'body', 'There is no field why here: there are reason, message.'],
  ])('refuse %j, and suspend nothing', async (body, field, message) => {
    const answer = await suspend(body)

    expect(answer.statusCode).toBe(400)
    expect(answer.json()[field] ?? answer.body).toContain(message)
    expect((await api.send('GET', project)).json().suspension).toBeNull()
  })

  it('know no project that is not there', async () => {
    const nowhere = '/console/api/projects/nowhere'
    const [one, other] = [
      await api.send('POST', `${nowhere}/suspend`, { reason: 'abuse' }),
      await api.send('POST', `${nowhere}/resume`),
    ]

    expect([one.statusCode, other.statusCode]).toEqual([404, 404])
  })
})
