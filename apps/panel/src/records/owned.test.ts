import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from './database.ts'
import { insertGone } from './gone.ts'
import type { Owned, OwnedRecord } from './owned.ts'
import { insertProject } from './projects.ts'
import { ServerNotFoundException, type ServerRecord, serverRecords } from './servers.ts'
import { someProject, someServer, someVolume, temporaryRecords } from './testing.ts'
import { type VolumeRecord, volumeRecords } from './volumes.ts'

let records: Records
let dispose: () => Promise<void>
beforeEach(async () => {
  ;({ records, dispose } = await temporaryRecords())
  await records.transaction(trx => insertProject(trx, { ...someProject, id: 'other' }))
})
afterEach(() => dispose())

const text = fc.string({ unit: 'grapheme' })
const time = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map(date => `${date.toISOString().slice(0, -1)}000Z`)

const owned = {
  projectId: fc.constantFrom(someProject.id, 'other'),
  name: text,
  tags: fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
  createdAt: time,
  deletedAt: fc.option(time),
  change: fc.option(fc.record({ what: text, actionId: text, since: time })),
}
const server = fc
  .record({
    ...owned,
    hostname: text,
    status: fc.constantFrom<ServerRecord['status']>('changing', 'running', 'stopped'),
    sshHostKeys: fc.option(fc.array(text, { maxLength: 3 })),
    cloudServerId: fc.option(text),
  })
  .map(given => someServer(given))
const volume = fc
  .record({
    ...owned,
    isRoot: fc.boolean(),
    sizeGb: fc.integer({ min: 1 }),
    status: fc.constantFrom<VolumeRecord['status']>('changing', 'ready'),
    cloudVolumeId: fc.option(text),
  })
  .map(given => someVolume(given))

type Kind = readonly [name: string, kind: Owned<OwnedRecord>, one: fc.Arbitrary<OwnedRecord>]
const kinds: readonly Kind[] = [
  ['servers', serverRecords as unknown as Owned<OwnedRecord>, server],
  ['volumes', volumeRecords as unknown as Owned<OwnedRecord>, volume],
]

describe.each(kinds)('records of what projects own: %s', (_, kind, one) => {
  it('come back as they were written', async () => {
    await fc.assert(
      fc.asyncProperty(one, async record => {
        await records.transaction(trx => kind.insert(trx, record))

        expect(await kind.findAny(records.read, record.uuid)).toEqual(record)
      }),
      { numRuns: 60 },
    )
  })

  it('change in what is given, and in nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(one, one, fc.array(fc.nat()), async (record, other, chosen) => {
        const { uuid: _, ...given } = other
        const all = Object.entries(given)
        const changes = Object.fromEntries(chosen.map(at => all[at % all.length] as (typeof all)[number]))
        await records.transaction(async trx => {
          await kind.insert(trx, record)
          await kind.update(trx, record.uuid, changes)
        })

        expect(await kind.findAny(records.read, record.uuid)).toEqual({ ...record, ...changes })
      }),
      { numRuns: 60 },
    )
  })

  it('are found, listed and counted for their owner while they live, oldest first, and for nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 6 }), async all => {
        const projectId = randomUUID()
        await records.transaction(async trx => {
          await insertProject(trx, { ...someProject, id: projectId })
          await kind.insert(
            trx,
            ...all.map((record, at) => (at % 3 === 2 ? record : { ...record, projectId })),
          )
        })

        const live = all.filter((record, at) => at % 3 !== 2 && record.deletedAt === null)
        const oldestFirst = live.toSorted((a, b) =>
          a.createdAt < b.createdAt ? -1 : Number(a.createdAt > b.createdAt),
        )
        const listed = await kind.list(records.read, projectId)
        expect(listed.map(({ uuid }) => uuid)).toEqual(oldestFirst.map(({ uuid }) => uuid))
        expect(await kind.count(records.read, projectId)).toBe(live.length)
        for (const { uuid } of all) {
          const isFound = (await kind.find(records.read, projectId, uuid)) !== undefined
          expect(isFound).toBe(live.some(record => record.uuid === uuid))
        }
      }),
      { numRuns: 30 },
    )
  })
})

describe('what a project does not have', () => {
  const uuid = randomUUID()
  const require = (projectId: string, nowMs = 0) =>
    serverRecords.require(records.read, projectId, uuid, nowMs)

  it('is not found, with the exception of its kind', async () => {
    await expect(require(someProject.id)).rejects.toThrow(ServerNotFoundException)
    await expect(require(someProject.id)).rejects.toThrow(/^Not found\.$/)
  })

  it('says to its owner why its creation failed, and to nobody else', async () => {
    const gone = { uuid, projectId: someProject.id, kind: 'server', detail: 'Not found. No room.' }
    await records.transaction(trx => insertGone(trx, gone, 0))

    await expect(require(someProject.id)).rejects.toThrow('Not found. No room.')
    await expect(require('other')).rejects.toThrow(/^Not found\.$/)
    await expect(require(someProject.id, 24 * 60 * 60 * 1000)).rejects.toThrow(/^Not found\.$/)
  })

  it('stays deleted since when it was deleted first', async () => {
    await records.transaction(async trx => {
      await serverRecords.insert(trx, someServer({ uuid }))
      await serverRecords.markDeleted(trx, uuid, '2026-11-22T10:00:00.000000Z')
      await serverRecords.markDeleted(trx, uuid, '2026-11-22T11:00:00.000000Z')
    })

    expect(await serverRecords.findAny(records.read, uuid)).toMatchObject({
      deletedAt: '2026-11-22T10:00:00.000000Z',
    })
  })
})
