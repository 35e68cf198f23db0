import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'

/**
 * Begins an answer that doesn't end, of server-sent events: write `comeBackSoon` to what is returned, and then each event
 * as `eventOf` makes it. End it before the server closes, in a hook `preClose`, or it holds the server up.
 */
export function beginEventStream(reply: FastifyReply): ServerResponse {
  reply.hijack()
  // What earlier hooks have set, such as the transaction's id, would be lost with the hijack.
  const headers = {
    ...reply.getHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // The connection is of no use after the stream, and kept alive it would delay the server's end.
    connection: 'close',
    // Proxies that buffer would turn a live page into one that jumps.
    'x-accel-buffering': 'no',
  }
  // Set one by one: whoever asks the response what it is finds them, which `writeHead` would not let them.
  for (const [name, value] of Object.entries(headers)) reply.raw.setHeader(name, value ?? '')
  reply.raw.writeHead(200)
  return reply.raw
}

/** The first thing on a stream: a browser comes back by itself after this time, whatever ended the stream. */
export const comeBackSoon = 'retry: 1000\n\n'

/** What clients take no notice of, and proxies do: a stream on which nothing happens is not cut as idle. */
export const heartbeat = ': still here\n\n'

/**
 * One event.
 *
 * @param data made JSON
 * @param id one line: what a client that comes back sends as `Last-Event-ID`
 */
export function eventOf(name: string, data: unknown, id?: string): string {
  return `event: ${name}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`
}
