import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

/** Begins an answer that doesn't end: events are written to what is returned, each made by `eventOf`. */
export function beginEventStream(reply: FastifyReply): ServerResponse {
  reply.hijack()
  // What earlier hooks have set, such as the transaction's id, would be lost with the hijack.
  for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '')
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // The connection is of no use after the stream, and kept alive it would delay the server's end.
    connection: 'close',
    // Proxies that buffer would turn a live page into one that jumps.
    'x-accel-buffering': 'no',
  })
  return reply.raw
}

/** The first thing on a stream: a browser comes back by itself after this time, whatever ended the stream. */
export const comeBackSoon = 'retry: 1000\n\n'

export function eventOf(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}
