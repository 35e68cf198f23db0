import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import {
  type ApiServer,
  allOver,
  ask,
  createServer,
  deleteEverything,
  nothingInUse,
  operatorSees,
  runningServer,
  serverIn,
  startPanel,
} from './panel.fixture.ts'

let panel: PanelProcess

beforeAll(async () => {
  panel = await startPanel()
})

afterAll(() => panel[Symbol.asyncDispose]())

const change = (method: string, path: string, body?: object) => ask(panel, { method, path, body })
const status = async (path: string) => (await ask(panel, { path })).status

describe('a server', () => {
  it('is complete in the answer to its creation, and runs with its host keys a little later', async () => {
    const created = await createServer(panel, { volumes: [{ size_gb: 20 }, { size_gb: 100, type: 'bulk' }] })

    expect(created).toMatchObject({
      href: `${panel.url}/v1/servers/${created.uuid}`,
      name: 'web',
      status: 'changing',
      zone: { slug: 'rma1' },
      flavor: { slug: 'flex-4-1', vcpu_count: 1, memory_gb: 4 },
      image: { slug: 'debian-13', default_username: 'debian' },
      volumes: [
        { type: 'ssd', size_gb: 10 },
        { type: 'ssd', size_gb: 20 },
        { type: 'bulk', size_gb: 100 },
      ],
      interfaces: [{ type: 'public', addresses: [{ version: 4 }, { version: 6 }] }],
      ssh_host_keys: null,
      tags: {},
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    })
    const running = await serverIn(panel, 'running', created)

    expect(running.ssh_host_keys).toEqual([expect.stringMatching(/^ssh-/)])
    const { status: _, ssh_host_keys: __, ...identity } = created
    expect(running).toMatchObject({ ...identity, ssh_fingerprints: [expect.stringMatching(/^SHA256:/)] })
    expect(await operatorSees.quotaUse(panel)).toMatchObject({
      servers: 1,
      vcpus: 1,
      memoryGb: 4,
      volumeGb: 130,
    })
  })

  it('is gone with its deletion, and its further volumes outlive it until they are deleted', async () => {
    const { uuid, volumes } = await runningServer(panel, { volumes: [{ size_gb: 30 }] })
    const [root, data] = volumes.map(volume => `/v1/volumes/${volume.uuid}`) as [string, string]
    const refused = await change('DELETE', root)
    expect(refused.status).toBe(400)
    expect(refused.json()['detail']).toMatch(/root volume/i)

    const deleted = await change('DELETE', `/v1/servers/${uuid}`)

    expect({ status: deleted.status, text: deleted.text }).toEqual({ status: 204, text: '' })
    expect(await status(`/v1/servers/${uuid}`)).toBe(404)
    expect(await status(root)).toBe(404)
    expect((await ask(panel, { path: data })).json<object>()).toMatchObject({ size_gb: 30, server_uuids: [] })
    expect((await change('DELETE', data)).status).toBe(204)
    expect(await status(data)).toBe(404)
  })

  it('may be deleted again while its deletion runs, and is not there afterwards', async () => {
    const { uuid } = await runningServer(panel)
    const remove = async () => (await change('DELETE', `/v1/servers/${uuid}`)).status

    expect(await remove()).toBe(204)
    const then = await eventually('it is gone', async () => {
      const status = await remove()
      return status === 204 ? undefined : status
    })
    expect(then).toBe(404)
  })

  it('leaves nothing in the cloud and nothing of the quota in use when everything is deleted', async () => {
    await deleteEverything(panel)
    await allOver(panel)

    expect(await operatorSees.objects(panel)).toEqual([])
    expect(await operatorSees.quotaUse(panel)).toEqual(nothingInUse)
  })

  it('is stopped, changed to another flavor only then, started and rebooted', async () => {
    const server = await runningServer(panel)
    const path = `/v1/servers/${server.uuid}`
    const whileRunning = await change('PATCH', path, { flavor: 'flex-8-2' })
    expect(whileRunning.status).toBe(400)
    expect(whileRunning.json()['detail']).toBe(
      "Server 'web' is running, and must be stopped to change its flavor.",
    )

    const stopping = await change('POST', `${path}/stop`)
    expect({ status: stopping.status, text: stopping.text }).toEqual({ status: 204, text: '' })
    await serverIn(panel, 'stopped', server)
    expect((await change('POST', `${path}/stop`)).status).toBe(204) // it is stopped already
    expect((await change('POST', `${path}/reboot`)).status).toBe(400)

    const resizing = await change('PATCH', path, { flavor: 'flex-8-2' })
    expect({ status: resizing.status, text: resizing.text }).toEqual({ status: 204, text: '' })
    const resized = await eventually('the flavor to be changed', async () => {
      const now = await serverIn(panel, 'stopped', server)
      return now.flavor.slug === 'flex-8-2' ? now : undefined
    })
    expect(resized.flavor).toMatchObject({ vcpu_count: 2, memory_gb: 8 })

    expect((await change('POST', `${path}/start`, {})).status).toBe(204)
    await serverIn(panel, 'running', server)
    expect((await change('POST', `${path}/reboot`)).status).toBe(204)
    await serverIn(panel, 'running', server)
    const inCloud = (await operatorSees.objects(panel)).find(({ kind }) => kind === 'server')
    expect(inCloud).toMatchObject({ vcpuCount: 2, memoryGb: 8, power: 'running' })
    expect(await operatorSees.quotaUse(panel)).toMatchObject({
      servers: 1,
      vcpus: 2,
      memoryGb: 8,
      volumeGb: 10,
    })
  })

  it('is changed one attribute at a time', async () => {
    const { uuid } = await runningServer(panel, { tags: { env: 'test' } })
    const path = `/v1/servers/${uuid}`

    const both = await change('PATCH', path, { name: 'db', flavor: 'flex-8-2' })
    expect(both.status).toBe(400)
    expect(both.json()['detail']).toContain('Only one attribute')

    for (const body of [{ name: 'db' }, { tags: { tier: 'data' } }, {}, { unknown: 1, name: null }]) {
      const answer = await change('PATCH', path, body)
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' })
    }
    const now = (await ask(panel, { path })).json<ApiServer>()
    expect(now).toMatchObject({ name: 'db' })
    expect(now.tags).toEqual({ tier: 'data' })
  })

  it('is listed by its tags and its name', async () => {
    const { uuid: prod } = await createServer(panel, { name: 'one', tags: { env: 'prod', 'team-a_B': 'x' } })
    const { uuid: test } = await createServer(panel, { name: 'two', tags: { env: 'test' } })
    const listed = async (query: string) => {
      const list = (await ask(panel, { path: `/v1/servers?${query}` })).json<readonly ApiServer[]>()
      return list.map(({ uuid }) => uuid)
    }

    expect(await listed('tag:env=prod')).toEqual([prod])
    expect(await listed('tag%3Aenv=prod')).toEqual([prod])
    expect(await listed('tag:env')).toEqual([prod, test])
    expect(await listed('tag:env=')).toEqual([prod, test])
    expect(await listed('tag:env=prod&tag:team-a_B=y')).toEqual([])
    expect(await listed('name=two')).toEqual([test])
    expect(await listed('name=two&whatever=1')).toEqual([test])
  })
})
