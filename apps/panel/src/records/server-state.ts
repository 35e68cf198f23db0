import { ConflictException } from 'evenkeel'
import type { ServerRecord, ServerStatus } from './servers.ts'

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

/**
 * @param wanted what was asked, to end the sentence: `to change its flavor`
 * @throws {ServerStateException} the server is in another state
 */
export function requireStatus(server: ServerRecord, needed: ServerStatus, wanted: string): void {
  if (server.status !== needed) throw new ServerStateException(server, needed, wanted)
}
