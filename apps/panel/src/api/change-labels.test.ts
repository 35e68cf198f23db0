import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Records } from '../records/database.ts'
import type { Labels } from '../records/labels.ts'
import { someProject, someVolume, temporaryRecords } from '../records/testing.ts'
import { VolumeNotFoundException, volumeRecords } from '../records/volumes.ts'
import { changeLabels } from './change-labels.ts'

describe('changeLabels', () => {
  let records: Records
  let dispose: () => Promise<void>
  const volume = someVolume({ name: 'data', tags: { env: 'test' } })
  const target = { projectId: someProject.id, uuid: volume.uuid }
  beforeEach(async () => {
    ;({ records, dispose } = await temporaryRecords())
    await records.transaction(trx => volumeRecords.insert(trx, volume))
  })
  afterEach(() => dispose())

  const change = (labels: Labels) => changeLabels({ records, now: () => 0 }, volumeRecords, target, labels)
  const log = async () =>
    (await records.read.selectFrom('events').selectAll().orderBy('id').execute()).map(
      ({ object, action, message }) => ({ object, action, message }),
    )

  it('changes what is given, and tells the log once', async () => {
    await change({ name: 'archive', tags: {} })

    const changed = await volumeRecords.require(records.read, someProject.id, volume.uuid, 0)
    expect(changed).toEqual({ ...volume, name: 'archive', tags: {} })
    expect(await log()).toEqual([
      {
        object: `volume:${volume.uuid}`,
        action: 'volume_update',
        message: "Volume 'data' has been renamed to 'archive' and has been given other tags",
      },
    ])
  })

  it('leaves what is not given', async () => {
    await change({ tags: { env: 'prod' } })

    const changed = await volumeRecords.require(records.read, someProject.id, volume.uuid, 0)
    expect(changed).toEqual({ ...volume, tags: { env: 'prod' } })
  })

  it('tells nothing where all is so already', async () => {
    await change({ name: 'data', tags: { env: 'test' } })
    await change({})

    expect(await log()).toEqual([])
  })

  it('refuses what the project does not have', async () => {
    const others = changeLabels(
      { records, now: () => 0 },
      volumeRecords,
      { ...target, projectId: 'other' },
      { name: 'mine' },
    )

    await expect(others).rejects.toThrow(VolumeNotFoundException)
    expect(await log()).toEqual([])
  })
})
