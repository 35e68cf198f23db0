import { EventEmitter } from 'node:events'
import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { beginEventStream, comeBackSoon, eventOf, heartbeat } from './event-stream.ts'

describe('an event stream', () => {
  let app: FastifyInstance
  const moments = new EventEmitter()

  beforeEach(async () => {
    app = Fastify()
    app.addHook('onRequest', async (_, reply) => {
      reply.header('x-hook', 'kept')
    })
    app.get('/events', async (_, reply) => {
      const client = beginEventStream(reply)
      client.write(comeBackSoon)
      client.write(heartbeat)
      client.write(eventOf('happened', { text: 'one\ntwo' }, '7'))
      moments.once('end', () => client.end(eventOf('last', null)))
    })
    await app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(() => app.close())

  it('has the headers of earlier hooks, arrives as it is written, and ends the connection', async () => {
    const { port } = app.server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/events`)
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    const first = await reader?.read()
    moments.emit('end')
    let rest = ''
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) rest += part.value

    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      connection: 'close',
      'x-hook': 'kept',
    })
    expect(`${first?.value}${rest}`).toBe(
      'retry: 1000\n\n: still here\n\nevent: happened\nid: 7\ndata: {"text":"one\\ntwo"}\n\nevent: last\ndata: null\n\n',
    )
  })
})
