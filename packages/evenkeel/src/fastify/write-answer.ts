import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import type { TxId } from '../filters/tx-id.ts'
import type { HttpAnswer } from '../http/http-message.ts'
import { txHeader } from '../http/identity-headers.ts'

/** Answers through the framework, so that the application's hooks apply: the headers of CORS, compression. */
export function sendAnswer(reply: FastifyReply, { status, headers, body }: HttpAnswer): void {
  // A handler may have set a serializer for its own answer; this one is text already.
  reply.code(status).headers(headers).serializer(asItIs).send(body)
}

/** Answers on the connection itself: where the framework was not reached, or failed at it. Cuts an answer that has begun. */
export function writeAnswer(
  response: ServerResponse,
  { status, headers, body = '' }: HttpAnswer,
  txId: TxId,
): void {
  if (response.writableEnded || response.destroyed) return
  if (response.headersSent) {
    // Only a cut connection tells the client that the rest won't come.
    response.destroy()
    return
  }
  // What a failed attempt has left behind describes another body.
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  response.writeHead(status, { [txHeader]: txId, 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

function asItIs(payload: unknown): string {
  return String(payload)
}
