import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { operatorsIn } from '../accounts/operators.ts'
import { type ApiForTests, apiForTests } from '../api/testing.ts'

const tokens = '/console/api/operator-tokens'

describe('/operator-tokens', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests({ isCloudThere: false })
  })
  afterEach(() => api.dispose())

  const operatorWith = (token: string) => operatorsIn(api.records).withToken(token)

  it('makes a token that works at once, and shows its secret this once', async () => {
    const made = (await api.send('POST', tokens, { name: 'ada' })).json()

    expect(made).toEqual({
      id: expect.any(String),
      name: 'ada',
      createdAt: expect.stringMatching(/Z$/),
      token: expect.stringMatching(/^[a-zA-Z0-9._-]{43}$/),
    })
    expect(await operatorWith(made.token)).toMatchObject({ id: made.id, name: 'ada' })
    const { token, ...shown } = made
    const listed = await api.send('GET', tokens)
    expect(listed.json()).toEqual([shown])
    expect(listed.body).not.toContain(token)
  })

  it('revokes a token at once, for whoever sends it and for whoever has signed in with it', async () => {
    const { id, token } = (await api.send('POST', tokens, { name: 'ada' })).json()

    expect((await api.send('DELETE', `${tokens}/${id}`)).statusCode).toBe(204)
    expect(await operatorWith(token)).toBeUndefined()
    expect(await operatorsIn(api.records).withId(id)).toBeUndefined()
    expect((await api.send('DELETE', `${tokens}/${id}`)).statusCode).toBe(404)
  })

  it.each([
    [{}, 'name', 'This field is required.'],
    [{ name: 'ada' }, 'name', "There is an operator token 'ada' already"],
    [{ name: 'a\nb' }, 'name', 'control characters'],
    [{ name: 'bob', access: 'read' }, 'detail', 'There is no field access here: there are name.'],
  ])('refuses %j', async (body, field, message) => {
    await api.send('POST', tokens, { name: 'ada' })
    const refused = await api.send('POST', tokens, body)

    expect(refused.statusCode).toBe(400)
    expect(refused.json()[field]).toContain(message)
  })
})
