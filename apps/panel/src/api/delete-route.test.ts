import { afterEach, describe, expect, it } from 'vitest'
import { someVolume } from '../records/testing.ts'
import { volumeRecords } from '../records/volumes.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

describe('DELETE', () => {
  let api: ApiForTests
  afterEach(() => api.dispose())

  const volume = someVolume()
  const path = `/v1/volumes/${volume.uuid}`
  const stranger = { headers: { authorization: 'Bearer stranger' } }

  async function open(isCloudThere: boolean): Promise<void> {
    api = await apiForTests({ isCloudThere })
    await api.records.transaction(trx =>
      volumeRecords.insert(trx, { ...volume, cloudVolumeId: 'cloud-volume' }),
    )
  }

  it('answers again as it did the first time while the deletion runs, and names the same action', async () => {
    await open(false)

    const first = await api.send('DELETE', path)
    const second = await api.send('DELETE', path)

    expect([first.statusCode, second.statusCode]).toEqual([204, 204])
    expect(second.headers['evenkeel-action']).toBe(first.headers['evenkeel-action'])
    expect((await api.send('GET', path)).statusCode).toBe(404)
  })

  it("tells nobody of another project's deletion", async () => {
    await open(false)
    await api.send('DELETE', path)

    expect((await api.send('DELETE', path, undefined, stranger)).statusCode).toBe(404)
  })

  it('finds nothing once the deletion has ended', async () => {
    await open(true)
    await api.send('DELETE', path)

    await expect.poll(async () => (await api.send('DELETE', path)).statusCode).toBe(404)
  })
})
