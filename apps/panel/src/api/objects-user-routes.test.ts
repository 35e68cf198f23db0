import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiForTests, apiForTests } from './testing.ts'

describe('objects users', () => {
  let api: ApiForTests
  beforeEach(async () => {
    api = await apiForTests()
  })
  afterEach(() => api.dispose())

  const create = async (body: object = {}) =>
    api.send('POST', '/v1/objects-users', { display_name: 'backups', ...body })
  const created = async (body: object = {}) => (await create(body)).json()
  const get = (id: string) => api.send('GET', `/v1/objects-users/${id}`)

  it('are created with an id of 64 hex digits and one pair of keys', async () => {
    const answer = await create({ tags: { env: 'prod' } })

    expect(answer.statusCode).toBe(201)
    const { id, href, ...rest } = answer.json()
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    expect(href).toMatch(new RegExp(`/v1/objects-users/${id}$`))
    expect(rest).toEqual({
      display_name: 'backups',
      keys: [
        {
          access_key: expect.stringMatching(/^[A-Z0-9]{20}$/),
          secret_key: expect.stringMatching(/^[\w-]{40}$/),
        },
      ],
      tags: { env: 'prod' },
    })
  })

  it('are in the object store with their access key when the creation is answered', async () => {
    const { keys } = await created()

    expect(api.cloud.objects()).toMatchObject([
      { kind: 'objects-user', accessKey: keys[0].access_key, state: 'ready' },
    ])
  })

  it('have the same keys in every answer, and others than anybody else', async () => {
    const user = await created()
    const other = await created()

    expect((await get(user.id)).json()).toEqual(user)
    expect((await api.send('GET', '/v1/objects-users')).json()).toEqual([user, other])
    expect(user.keys).not.toEqual(other.keys)
  })

  it('keep their secret keys from whoever reads the records, the cloud and the log', async () => {
    const { keys } = await created()
    const [{ secret_key: secret }] = keys

    const rows = await api.records.read.selectFrom('objectsUsers').selectAll().execute()
    const admitted = await api.records.read.selectFrom('admittedActions').selectAll().execute()
    const logged = await api.log.query({})
    const all = JSON.stringify([rows, admitted, logged, api.calls])
    expect(all).not.toContain(secret)
    expect(Buffer.from(api.cloud.image()).includes(secret)).toBe(false)
  })

  it('are renamed and tagged, several attributes at once', async () => {
    const { id } = await created({ tags: { env: 'prod' } })

    const answer = await api.send('PATCH', `/v1/objects-users/${id}`, {
      display_name: 'archive',
      tags: {},
    })

    expect(answer.statusCode).toBe(204)
    expect((await get(id)).json()).toMatchObject({ display_name: 'archive', tags: {} })
    const { results } = (await api.send('GET', '/v1/project-logs')).json()
    expect(
      results.map(({ action, message }: { action: string; message: string }) => [action, message]),
    ).toEqual([
      ['objects_user_create', "Objects user 'backups' has been created"],
      [
        'objects_user_update',
        "Objects user 'backups' has been renamed to 'archive' and has been given other tags",
      ],
    ])
  })

  it('may have the same name, by which lists can be filtered as by tags', async () => {
    const [one, other] = [await created({ tags: { env: 'prod' } }), await created()]
    await created({ display_name: 'archive' })
    const listed = async (filter: string) => {
      const users = (await api.send('GET', `/v1/objects-users?${filter}`)).json()
      return users.map(({ id }: { id: string }) => id)
    }

    expect(await listed('name=backups')).toEqual([one.id, other.id])
    expect(await listed('tag:env=prod')).toEqual([one.id])
  })

  it.each([
    [{ display_name: null }, { display_name: 'This field is required.' }],
    [{ display_name: '' }, { display_name: 'This field may not be empty.' }],
    [{ tags: [] }, { tags: 'Must be an object.' }],
  ])('are not created with %j', async (body, errors) => {
    const answer = await create(body)

    expect([answer.statusCode, answer.json()]).toEqual([400, errors])
    expect(api.cloud.objects()).toEqual([])
  })

  it('are deleted, also in the object store', async () => {
    const { id } = await created()

    expect((await api.send('DELETE', `/v1/objects-users/${id}`)).statusCode).toBe(204)

    expect((await get(id)).statusCode).toBe(404)
    await expect.poll(() => api.cloud.objects()).toEqual([])
  })

  it('are not deleted while they have buckets, which are named', async () => {
    const { id } = await created()
    await api.send('POST', '/console/api/cloud/buckets', { objects_user_id: id, name: 'photos' })
    const remove = () => api.send('DELETE', `/v1/objects-users/${id}`)

    const refused = await remove()

    expect(refused.statusCode).toBe(400)
    expect(refused.json().detail).toBe(
      "Objects user 'backups' has the bucket 'photos'. Delete what it has with its keys first; then delete the user.",
    )
    expect((await get(id)).statusCode).toBe(200)
    api.cloud.removeBucket('photos')
    expect((await remove()).statusCode).toBe(204)
  })

  it('are deleted as well when the object store does not say whether they have buckets', async () => {
    const { id } = await created()
    api.cloud.faults.replace([{ operation: 'objectStorage.listBuckets', kind: 'refuse' }])

    expect((await api.send('DELETE', `/v1/objects-users/${id}`)).statusCode).toBe(204)
  })

  it('are not there when the object store refuses to make them, and the caller is told so', async () => {
    api.cloud.faults.replace([{ operation: 'objectStorage.createUser', kind: 'refuse' }])

    const answer = await create()

    expect(answer.statusCode).toBe(503)
    expect(answer.json().detail).toContain('All is as it was before.')
    expect((await api.send('GET', '/v1/objects-users')).json()).toEqual([])
  })

  it('count against the project’s quota', async () => {
    const quotasJson = JSON.stringify({ objectsUsers: 1 })
    await api.records.transaction(trx => trx.updateTable('projects').set({ quotasJson }).execute())
    const { id } = await created()

    const refused = await create()

    expect(refused.statusCode).toBe(400)
    expect(refused.json().detail).toContain("This project's quota is 1 objects users: 1 are in use")
    await api.send('DELETE', `/v1/objects-users/${id}`)
    expect((await create()).statusCode).toBe(201)
  })

  it('are created once under an idempotency key, with the same keys in the same answer', async () => {
    const headers = { 'idempotency-key': 'once' }
    const send = () => api.send('POST', '/v1/objects-users', { display_name: 'backups' }, { headers })

    const [first, second] = [await send(), await send()]

    expect(second.json()).toEqual(first.json())
    expect((await api.send('GET', '/v1/objects-users')).json()).toHaveLength(1)
  })
})
