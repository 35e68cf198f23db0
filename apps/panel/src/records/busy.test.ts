import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ObjectBusyException, requireSettled } from './busy.ts'
import type { Records } from './database.ts'
import { insertProjectAction } from './project-actions.ts'
import { serverRecords } from './servers.ts'
import { someProject, someServer, temporaryRecords } from './testing.ts'

describe('an object on which an action runs', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const since = '2026-11-22T01:20:41Z'
  const busy = someServer({ change: { what: 'being created', actionId: '01', since } })

  it('says what it is at, since when, at whose request, and which action that is', async () => {
    await records.transaction(trx =>
      insertProjectAction(trx, {
        actionId: '01',
        projectId: someProject.id,
        name: 'server.create',
        objectKind: 'server',
        objectUuid: busy.uuid,
        objectName: busy.name,
        initiator: 'ci',
        logAction: null,
        logMessage: null,
        startedAt: since,
      }),
    )
    const refused = requireSettled(records.read, serverRecords, busy)

    await expect(refused).rejects.toThrow(ObjectBusyException)
    await expect(refused).rejects.toThrow(
      "Server 'web' is being created, since 2026-11-22T01:20:41Z, at the request of the token 'ci' (action 01). Try again when that has ended.",
    )
  })

  it('says what it can, of an action that a release before began', async () => {
    await expect(requireSettled(records.read, serverRecords, busy)).rejects.toThrow(
      "Server 'web' is being created, since 2026-11-22T01:20:41Z (action 01). Try again when that has ended.",
    )
  })

  it('is worked on as soon as nothing is under way', async () => {
    await expect(requireSettled(records.read, serverRecords, someServer())).resolves.toBeUndefined()
  })
})
