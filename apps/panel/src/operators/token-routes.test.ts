import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type ApiForTests, apiForTests } from '../api/testing.ts'

const tokens = '/console/api/projects/demo/tokens'

describe('/projects/{id}/tokens', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests({ isCloudThere: false })
  })
  afterEach(() => api.dispose())

  const make = (body: object, path = tokens) => api.send('POST', path, body)
  const use = (token: string, method = 'GET') =>
    api.send(method, '/v1/servers', method === 'GET' ? undefined : {}, {
      headers: { authorization: `Bearer ${token}` },
    })

  it('makes a token that works at once, and shows its secret this once', async () => {
    const made = (await make({ name: 'ci' })).json()

    expect(made).toEqual({
      id: expect.any(String),
      name: 'ci',
      access: 'read-write',
      createdAt: expect.stringMatching(/Z$/),
      token: expect.stringMatching(/^[a-zA-Z0-9._-]{43}$/),
    })
    expect((await use(made.token)).statusCode).toBe(200)
    const { token, ...shown } = made
    const listed = await api.send('GET', tokens)
    expect(listed.json()).toContainEqual(shown)
    expect(listed.body).not.toContain(token)
  })

  it('keeps nothing of the secret but its hash', async () => {
    const { token } = (await make({ name: 'ci' })).json()

    const rows = await api.records.read.selectFrom('tokens').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    await vi.waitFor(async () => expect(await api.log.query({})).toHaveLength(1))
    expect(JSON.stringify(await api.log.query({}))).not.toContain(token)
  })

  it('makes one that may only read', async () => {
    const { token } = (await make({ name: 'monitoring', access: 'read' })).json()

    expect((await use(token)).statusCode).toBe(200)
    expect((await use(token, 'POST')).statusCode).toBe(403)
  })

  it('revokes a token at once', async () => {
    const { id, token } = (await make({ name: 'ci' })).json()

    expect((await api.send('DELETE', `${tokens}/${id}`)).statusCode).toBe(204)
    expect((await use(token)).statusCode).toBe(401)
    expect((await api.send('DELETE', `${tokens}/${id}`)).statusCode).toBe(404)
  })

  it("touches no other project's tokens", async () => {
    const { id, token } = (await make({ name: 'ci' })).json()
    const others = tokens.replace('demo', 'other')

    expect((await api.send('GET', others)).json()).toMatchObject([{ name: 'stranger' }])
    expect((await api.send('DELETE', `${others}/${id}`)).statusCode).toBe(404)
    expect((await use(token)).statusCode).toBe(200)
    expect((await make({ name: 'ci' }, others)).statusCode).toBe(201)
  })

  it.each([
    [{}, 'name', 'This field is required.'],
    [{ name: 'writer' }, 'name', "has a token 'writer' already"],
    [{ name: 'a\nb' }, 'name', 'control characters'],
    [{ name: 'ci', access: 'write' }, 'access', 'Choose one of read, read-write'],
    [{ name: 'ci', readOnly: true }, 'detail', 'There is no field readOnly here: there are name, access.'],
  ])('refuses %j', async (body, field, message) => {
    const refused = await make(body)

    expect(refused.statusCode).toBe(400)
    expect(refused.json()[field]).toContain(message)
  })

  it.each(['GET', 'POST'])('%s finds no project that is not there', async method => {
    const body = method === 'POST' ? { name: 'ci' } : undefined

    expect((await api.send(method, tokens.replace('demo', 'none'), body)).statusCode).toBe(404)
  })
})
