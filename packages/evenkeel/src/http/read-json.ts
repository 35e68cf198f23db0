import type { IncomingMessage } from 'node:http'
import {
  PayloadTooLargeException,
  TruncatedBodyException,
  UnsupportedMediaTypeException,
} from './exceptions.ts'
import { parseJson } from './parse-json.ts'
import { type StandardSchema, validated } from './validated.ts'

export interface ReadJsonOptions<T = unknown> {
  /** What the value must be: any schema of Zod, Valibot, ArkType … @default anything */
  schema?: StandardSchema<T>
  /** The largest body that is taken, in bytes. @default 1 MiB */
  limitBytes?: number
}

/**
 * The value that the body of a request holds as JSON, be it a request of Node's or of the fetch API. A body is
 * read once: a second call finds it empty.
 *
 * @throws {UnsupportedMediaTypeException} its content-type is not JSON
 * @throws {EmptyBodyException}
 * @throws {PayloadTooLargeException}
 * @throws {TruncatedBodyException} the client broke off
 * @throws {MalformedJsonException}
 * @throws {ValidationException} the schema refuses the value
 *
 * @example
 * const { name } = await readJson(request, { schema: NewServer, limitBytes: 65_536 })
 */
export async function readJson<T = unknown>(
  request: IncomingMessage | Request,
  { schema, limitBytes = 1024 * 1024 }: ReadJsonOptions<T> = {},
): Promise<T> {
  const mediaType = headerOf(request, 'content-type')
  if (!isJson(mediaType)) throw new UnsupportedMediaTypeException(mediaType.slice(0, 200))
  if (Number(headerOf(request, 'content-length')) > limitBytes) throw new PayloadTooLargeException(limitBytes)
  const value = parseJson(await textOf(request, limitBytes))
  return schema === undefined ? (value as T) : await validated(schema, value)
}

function headerOf({ headers }: IncomingMessage | Request, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  return typeof value === 'string' ? value : ''
}

/** `application/json`, and what is told apart from it but written the same: `application/merge-patch+json`. */
function isJson(mediaType: string): boolean {
  return /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(mediaType)
}

async function textOf(request: IncomingMessage | Request, limitBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  for await (const chunk of chunksOf(request)) {
    sizeBytes += chunk.length
    if (sizeBytes > limitBytes) throw new PayloadTooLargeException(limitBytes)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function* chunksOf(request: IncomingMessage | Request): AsyncGenerator<Uint8Array> {
  // Leaving the loop early must not destroy the request: its connection carries the refusal.
  const source = request instanceof Request ? request.body : request.iterator({ destroyOnReturn: false })
  try {
    for await (const chunk of source ?? []) yield chunk
  } catch (cause) {
    throw new TruncatedBodyException({ cause })
  }
}
