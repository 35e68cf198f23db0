import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { TxId } from '../filters/tx-id.ts'
import { txHeader } from '../http/identity-headers.ts'

/**
 * Names the transaction in whatever answer is written to a response. The header is added when the headers are
 * written: set before, it would send every answer through the slow one of Node's two ways of writing them.
 */
export function announceTx(response: ServerResponse, id: TxId): void {
  const announced = response as unknown as Announced
  announced[txSlot] = id
  announced.writeHead = writeHead
}

const txSlot = Symbol('tx')

interface Announced {
  [txSlot]: TxId
  writeHead: typeof writeHead
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[]

function writeHead(
  this: ServerResponse & Announced,
  status: number,
  reason?: string | Headers,
  headers?: Headers,
): ServerResponse {
  // What the response itself would have done: an injected one has a way of its own.
  const write: Write = Object.getPrototypeOf(this).writeHead
  const id = this[txSlot]
  const given = typeof reason === 'string' ? headers : reason
  if (typeof given === 'object' && !Array.isArray(given)) {
    // The chain's own answers name it already, and those of a framework that was told it.
    if (given[txHeader] === id) return write.call(this, status, reason, headers)
    const named = { ...given, [txHeader]: id }
    return typeof reason === 'string'
      ? write.call(this, status, reason, named)
      : write.call(this, status, named)
  }
  this.setHeader(txHeader, id)
  return write.call(this, status, reason, headers)
}

type Write = (
  this: ServerResponse,
  status: number,
  reason?: string | Headers,
  headers?: Headers,
) => ServerResponse
