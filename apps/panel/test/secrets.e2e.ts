import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import { allOver, ask, createServer, endOfCreation, orderFaults, startPanel } from './panel.fixture.ts'

const password = 'correct-horse-battery-staple'
const userData = '#cloud-config\npassphrase: sesame-open-thyself'
const secrets = [password, 'sesame-open-thyself']

/** In plain, and in the encodings that would hide it from a plain search. */
function traces(bytes: Buffer): string[] {
  return secrets.filter(secret =>
    [
      secret,
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    ].some(text => bytes.includes(text)),
  )
}

async function tracesInFolder(folder: string): Promise<{ file: string; found: string[] }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  const searched = await Promise.all(files.map(async file => ({ file, found: traces(await readFile(file)) })))
  expect(searched.length).toBeGreaterThan(3)
  return searched.filter(({ found }) => found.length > 0)
}

async function answers(panel: PanelProcess, uuid: string): Promise<string> {
  const paths = [
    `/v1/servers/${uuid}`,
    '/v1/servers',
    '/console/api/transactions',
    '/console/api/cloud/objects',
  ]
  const { actions } = (await ask(panel, { path: '/console/api/actions' })).json<{
    actions: { id: string }[]
  }>()
  const all = [...paths, ...actions.map(({ id }) => `/console/api/actions/${id}`)]
  return (await Promise.all(all.map(path => ask(panel, { path })))).map(({ text }) => text).join('\n')
}

describe('the password and the user data of a server', () => {
  it('are found nowhere: not in the data, while it is created or later, not in answers, not in what is printed', async () => {
    await using panel = await startPanel({ LOG_LEVEL: 'trace' })
    await orderFaults(panel, { operation: 'compute.createServer', kind: 'slow', times: 1 })

    const created = await createServer(panel, { password, user_data: userData })
    expect(await tracesInFolder(panel.dataDir)).toEqual([])
    await endOfCreation(panel, created)
    await orderFaults(panel, { operation: 'compute.createServer', kind: 'refuse', times: 1 })
    const failed = await createServer(panel, { password, user_data: userData })
    const told = await endOfCreation(panel, failed)
    await allOver(panel)

    expect(traces(Buffer.from(told.text + (await answers(panel, created.uuid))))).toEqual([])
    await panel.stop()
    expect(await tracesInFolder(panel.dataDir)).toEqual([])
    expect(traces(Buffer.from(panel.output))).toEqual([])
  })

  it('are not repeated to whoever sends them in a request that is refused', async () => {
    await using panel = await startPanel()
    const body = { name: 'web', flavor: 'flex-4-1', image: 'flatcar-stable', password, user_data: userData }

    const refused = await ask(panel, { method: 'POST', path: '/v1/servers', body })
    const garbled = await ask(panel, {
      method: 'POST',
      path: '/v1/servers',
      text: `{"password": "${password}" "user_data"`,
      headers: { 'content-type': 'application/json' },
    })

    expect([refused.status, garbled.status]).toEqual([400, 400])
    await panel.stop()
    expect(traces(Buffer.from(refused.text + garbled.text + panel.output))).toEqual([])
    expect(await tracesInFolder(panel.dataDir)).toEqual([])
  })
})
