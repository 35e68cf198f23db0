import { METHODS } from 'node:http'
import { Transaction } from '../filters/transaction.ts'
import { parseTxId, type TxId } from '../filters/tx-id.ts'
import { deadlineHeader, parseDeadline } from './deadline-header.ts'
import type { HttpRequest } from './http-message.ts'
import { txHeader } from './identity-headers.ts'

/**
 * A request's transaction: who asks for it and for how long is in the headers. Few requests ask for its signal,
 * so that it is made when it is first asked for.
 */
export class RequestTransaction extends Transaction {
  #controller: AbortController | undefined

  /** @param id @default a new one */
  constructor(method: string, headers: HttpRequest['headers'], id?: TxId) {
    const parentId = headers[txHeader]
    const deadline = headers[deadlineHeader]
    const startedAtMs = Date.now()
    const deadlineMs = deadline === undefined ? undefined : parseDeadline(deadline, startedAtMs)
    super({
      kind: 'request',
      operation: noRouteOperation(method),
      id,
      parentId: typeof parentId === 'string' ? parseTxId(parentId) : undefined,
      startedAtMs,
      deadlineMs,
    })
  }

  override get signal(): AbortSignal {
    this.#controller ??= new AbortController()
    return this.#controller.signal
  }

  /** Says that nobody waits for the outcome any more. */
  abort(reason?: unknown): void {
    this.#controller ??= new AbortController()
    this.#controller.abort(reason)
  }
}

/** What a request is counted under until a route has matched: `GET (no route)`. */
export function noRouteOperation(method: string): string {
  return noRouteOperations.get(method) ?? `${method} (no route)`
}

const noRouteOperations = new Map(METHODS.map(method => [method, `${method} (no route)`]))
