import type { ServerResponse } from 'node:http'
import type { HttpAnswer } from '../http/http-message.ts'

/** Answers on the connection itself. Cuts an answer that has begun. */
export function writeAnswer(response: ServerResponse, { status, headers, body = '' }: HttpAnswer): void {
  if (response.writableEnded || response.destroyed) return
  if (response.headersSent) {
    // Only a cut connection tells the client that the rest won't come.
    response.destroy()
    return
  }
  for (const name of response.getHeaderNames()) {
    if (describesBody(name)) response.removeHeader(name)
  }
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}

/** What a failed attempt has left behind describes another body; all else, such as who may read it, holds for this one. */
function describesBody(name: string): boolean {
  return name.startsWith('content-') || aboutBody.has(name)
}

const aboutBody = new Set([
  'accept-ranges',
  'etag',
  'expires',
  'last-modified',
  'trailer',
  'transfer-encoding',
])
