import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import {
  endProjectAction,
  findProjectAction,
  insertProjectAction,
  listEndedSince,
  listProjectActions,
  type ProjectActionRecord,
} from './project-actions.ts'
import { insertProject } from './projects.ts'
import { someProject, temporaryRecords } from './testing.ts'

let records: Records
let dispose: () => Promise<void>
beforeEach(async () => {
  ;({ records, dispose } = await temporaryRecords())
  await records.transaction(trx => insertProject(trx, { ...someProject, id: 'other' }))
})
afterEach(() => dispose())

async function insert(actionId: string, given: Partial<ProjectActionRecord> = {}): Promise<void> {
  const record = {
    actionId,
    projectId: someProject.id,
    name: 'server.create',
    objectKind: 'server',
    objectUuid: 'uuid',
    objectName: 'web',
    initiator: 'ci',
    logAction: null,
    logMessage: null,
    startedAt: '2026-11-22T10:00:00.000000Z',
    ...given,
  }
  await records.transaction(trx => insertProjectAction(trx, record))
}

const end = (actionId: string, endedAt: string) =>
  records.transaction(trx =>
    endProjectAction(trx, actionId, { state: 'rolled-back', reason: 'no room', endedAt }),
  )

describe("a project's actions", () => {
  it('are listed newest first, by state, kind and object, from one on, so many', async () => {
    await insert('1')
    await insert('2', { objectKind: 'volume', objectUuid: 'other' })
    await insert('3', { projectId: 'other' })
    await insert('4')
    await end('1', '2026-11-22T10:00:01.000000Z')
    const list = async (query: object) => {
      const found = await listProjectActions(records.read, someProject.id, { limit: 10, ...query })
      return found.map(({ actionId }) => actionId)
    }

    expect(await list({})).toEqual(['4', '2', '1'])
    expect(await list({ state: 'running' })).toEqual(['4', '2'])
    expect(await list({ kind: 'volume' })).toEqual(['2'])
    expect(await list({ uuid: 'uuid', state: 'rolled-back' })).toEqual(['1'])
    expect(await list({ before: '4', limit: 1 })).toEqual(['2'])
  })

  it('are found by nobody else', async () => {
    await insert('1')

    expect(await findProjectAction(records.read, someProject.id, '1')).toMatchObject({ state: 'running' })
    expect(await findProjectAction(records.read, 'other', '1')).toBeUndefined()
  })

  it('that have ended since a time come in the order of their ends', async () => {
    for (const id of ['1', '2', '3', '4']) await insert(id)
    await end('3', '2026-11-22T10:00:01.000000Z')
    await end('1', '2026-11-22T10:00:02.000000Z')
    await end('2', '2026-11-22T10:00:00.000000Z')

    const since = async (second: number, limit = 10) => {
      const at = `2026-11-22T10:00:0${second}.000000Z`
      const ended = await listEndedSince(records.read, someProject.id, at, { limit })
      return ended.map(({ actionId }) => actionId)
    }

    expect(await since(1)).toEqual(['3', '1'])
    expect(await since(0, 2)).toEqual(['3', '1'])
  })

  it('are read by an index, however many a project has had', async () => {
    const plan = await sql<{ detail: string }>`explain query plan select * from project_actions
      where project_id = 'demo' and state = 'running' order by action_id desc limit 10`.execute(records.read)

    expect(plan.rows.map(({ detail }) => detail)).toEqual([
      expect.stringContaining('project_actions_unfinished'),
    ])
  })
})
