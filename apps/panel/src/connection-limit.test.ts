import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { limitConnections } from './connection-limit.ts'

describe('the limit of connections', () => {
  let server: Server
  let said: string[]
  let nowMs: number
  const sockets: Socket[] = []

  beforeEach(async () => {
    said = []
    nowMs = 0
    server = createServer((_, response) => response.end('here'))
    limitConnections(server, { connectionsMax: 2, say: sentence => said.push(sentence), now: () => nowMs })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    server.close()
    await once(server, 'close')
  })

  async function connected(): Promise<Socket> {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {})
    sockets.push(socket)
    await once(socket, 'connect')
    return socket
  }

  async function turnedAway(): Promise<void> {
    const socket = await connected()
    await new Promise(resolve => socket.resume().once('close', resolve))
  }

  it('turns away whoever comes when all places are taken, and serves those who came before', async () => {
    const first = await connected()
    await connected()
    await turnedAway()

    first.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')

    expect(String((await once(first, 'data'))[0])).toContain('200 OK')
    expect(said).toEqual([expect.stringMatching(/^2 clients are connected.* last said: 1\./)])
  })

  it('is said once a minute, with how many were turned away', async () => {
    await connected()
    await connected()
    await turnedAway()
    await turnedAway()
    nowMs = 60_000
    await turnedAway()

    expect(said.map(sentence => /last said: (\d)/.exec(sentence)?.[1])).toEqual(['1', '2'])
  })
})
