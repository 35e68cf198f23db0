import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import { goneKeptMs, insertGone } from './gone.ts'
import { insertProject } from './projects.ts'
import { requireStatus, ServerStateException } from './server-state.ts'
import { ServerNotFoundException, serverRecords } from './servers.ts'
import { someProject, someServer, temporaryRecords } from './testing.ts'

describe('servers', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
  })
  afterEach(() => dispose())

  const insert = (...servers: readonly ReturnType<typeof someServer>[]) =>
    records.transaction(async trx => {
      for (const server of servers) await serverRecords.insert(trx, server)
    })
  const namesOf = async (
    ...filter: Parameters<typeof serverRecords.list> extends [unknown, unknown, ...infer F] ? F : never
  ) => (await serverRecords.list(records.read, someProject.id, ...filter)).map(({ name }) => name)

  it('come back as they were written', async () => {
    const server = someServer({
      tags: { 'a-key': 'grüezi', '': '' },
      sshHostKeys: ['ssh-ed25519 AAAA'],
      change: { what: 'being created', actionId: '01', since: '2026-11-22T01:20:41.285018Z' },
    })
    await insert(server)

    expect(await serverRecords.find(records.read, someProject.id, server.uuid)).toEqual(server)
  })

  it('are never found by another project', async () => {
    const server = someServer()
    await insert(server)
    await records.transaction(trx => insertProject(trx, { ...someProject, id: 'other' }))

    expect(await serverRecords.find(records.read, 'other', server.uuid)).toBeUndefined()
    expect(await serverRecords.list(records.read, 'other')).toEqual([])
  })

  it('are listed oldest first', async () => {
    await insert(
      someServer({ name: 'young', createdAt: '2026-11-22T01:20:41.285019Z' }),
      someServer({ name: 'old', createdAt: '2026-11-22T01:20:41.285018Z' }),
    )

    expect(await namesOf()).toEqual(['old', 'young'])
  })

  it('are filtered by exact name and by all tags, with a value or without', async () => {
    await insert(
      someServer({ name: 'web', tags: { env: 'prod', 'we"ird.key': 'x' }, createdAt: '1' }),
      someServer({ name: 'web', tags: { env: 'test' }, createdAt: '2' }),
      someServer({ name: 'Web', tags: { env: '' }, createdAt: '3' }),
    )

    expect(await namesOf({ names: ['web'] })).toEqual(['web', 'web'])
    expect(await namesOf({ tags: [{ key: 'env', value: 'prod' }] })).toEqual(['web'])
    expect(await namesOf({ tags: [{ key: 'env', value: undefined }] })).toEqual(['web', 'web', 'Web'])
    expect(await namesOf({ tags: [{ key: 'we"ird.key', value: 'x' }] })).toEqual(['web'])
    expect(
      await namesOf({
        tags: [
          { key: 'env', value: 'test' },
          { key: 'we"ird.key', value: undefined },
        ],
      }),
    ).toEqual([])
  })

  it('change in the fields given and in no other', async () => {
    const server = someServer({ tags: { env: 'prod' } })
    await insert(server)
    await records.transaction(trx =>
      serverRecords.update(trx, server.uuid, { status: 'stopped', sshFingerprints: ['SHA256:x'] }),
    )

    expect(await serverRecords.find(records.read, someProject.id, server.uuid)).toEqual({
      ...server,
      status: 'stopped',
      sshFingerprints: ['SHA256:x'],
    })
  })

  it('are gone for their owner once deleted, and keep their first time of deletion', async () => {
    const server = someServer()
    await insert(server)
    await records.transaction(trx => serverRecords.markDeleted(trx, server.uuid, 'first'))
    await records.transaction(trx => serverRecords.markDeleted(trx, server.uuid, 'second'))

    expect(await serverRecords.find(records.read, someProject.id, server.uuid)).toBeUndefined()
    expect(await namesOf()).toEqual([])
    expect((await serverRecords.findAny(records.read, server.uuid))?.deletedAt).toBe('first')
  })
})

describe('requireServer', () => {
  let records: Records
  let dispose: () => Promise<void>
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    await records.transaction(trx =>
      insertGone(
        trx,
        {
          uuid: 'u',
          projectId: someProject.id,
          kind: 'server',
          detail: 'Not found. Creation failed: no room.',
        },
        0,
      ),
    )
  })
  afterEach(() => dispose())

  const reasonAt = (projectId: string, nowMs: number) =>
    serverRecords
      .require(records.read, projectId, 'u', nowMs)
      .catch((error: unknown) => error as ServerNotFoundException)

  it('tells its owner for a day why a creation failed', async () => {
    const refusal = await reasonAt(someProject.id, goneKeptMs - 1)

    expect(refusal).toBeInstanceOf(ServerNotFoundException)
    expect(refusal).toMatchObject({ message: 'Not found. Creation failed: no room.' })
  })

  it('says no more than that there is none to anybody else, and after the day', async () => {
    expect(await reasonAt('other', 1)).toMatchObject({ message: 'Not found.' })
    expect(await reasonAt(someProject.id, goneKeptMs)).toMatchObject({ message: 'Not found.' })
  })
})

describe('the state of a server', () => {
  it('refuses what another state allows, and says which', () => {
    const check = () => requireStatus(someServer({ status: 'running' }), 'stopped', 'to change its flavor')

    expect(check).toThrow(ServerStateException)
    expect(check).toThrow("Server 'web' is running, and must be stopped to change its flavor.")
  })
})
