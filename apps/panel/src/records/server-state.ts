import { ConflictException, ContentionException, type ExceptionOptions } from 'evenkeel'
import type { ServerRecord, ServerStatus } from './servers.ts'

/** Another action runs on the object, and it outlasted the time that a caller waits. */
export class ObjectBusyException extends ContentionException<{
  object: string
  change: string
  since: string | null
}> {
  // It is refused before anything was done: the whole request may be sent again.
  static override readonly isRetryForCallers = true

  constructor(object: string, change: string, since?: string, options?: ExceptionOptions) {
    const message = `${object} is ${change}${since === undefined ? '' : `, since ${since}`}. Try again when that has ended.`
    const data = { object, change, since: since ?? null }
    super(message, { ...options, data, publicMessage: message, retry: 'safe' })
  }
}

/** The server is in a state that does not allow what was asked. */
export class ServerStateException extends ConflictException<{
  uuid: string
  status: string
  needed: string
}> {
  constructor(server: ServerRecord, needed: ServerStatus, wanted: string) {
    super(`Server '${server.name}' is ${server.status}, and must be ${needed} ${wanted}.`, {
      data: { uuid: server.uuid, status: server.status, needed },
    })
  }
}

/** @throws {ObjectBusyException} an action runs on the server */
export function requireSettled(server: ServerRecord): void {
  if (server.change === null) return
  throw new ObjectBusyException(`Server '${server.name}'`, server.change.what, server.change.since)
}

/**
 * @param wanted what was asked, to end the sentence: `to change its flavor`
 * @throws {ServerStateException} the server is in another state
 */
export function requireStatus(server: ServerRecord, needed: ServerStatus, wanted: string): void {
  if (server.status !== needed) throw new ServerStateException(server, needed, wanted)
}
