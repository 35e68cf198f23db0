import type { ServerResponse } from 'node:http'
import { activeTx } from '../filters/transaction.ts'
import { ResponseNotSerializableException } from '../http/exceptions.ts'

export interface WriteJsonOptions {
  /** @default 200 */
  status?: number
  /** @default none */
  headers?: Readonly<Record<string, string>>
}

/**
 * Answers with a value as JSON.
 *
 * @throws {ResponseNotSerializableException} nothing is written yet: JSON can't carry the value
 *
 * @example
 * writeJson(response, { id }, { status: 201, headers: { location: `/servers/${id}` } })
 */
export function writeJson(
  response: ServerResponse,
  value: unknown,
  { status = 200, headers = {} }: WriteJsonOptions = {},
): void {
  const body = textOf(value)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  response.end(body)
}

function textOf(value: unknown): string {
  const operation = activeTx()?.operation ?? 'this request'
  try {
    const text: string | undefined = JSON.stringify(value)
    if (text !== undefined) return text
  } catch (cause) {
    throw new ResponseNotSerializableException(operation, { cause })
  }
  throw new ResponseNotSerializableException(operation)
}
