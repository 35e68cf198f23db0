import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { watchSearch } from './load.ts'

it('says once how the search goes, and again when that has changed', async () => {
  let status = 200
  const server = createServer((_, response) => response.writeHead(status).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const said: string[] = []
  const heard = new EventTarget()
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const say = (line: string): void => {
    said.push(line)
    heard.dispatchEvent(new Event('line'))
  }
  const saidNext = () => new Promise(resolve => heard.addEventListener('line', resolve, { once: true }))

  const first = saidNext()
  const load = watchSearch({ url, say, pauseMs: 1 })
  await first
  const second = saidNext()
  status = 500
  await second
  await load.stop()
  server.close()

  expect(said).toEqual([
    'The search answers',
    'The search ends with RemoteFailedException: search failed at GET /search with 500: whether it took effect is unknown.',
  ])
})
