import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { someSnapshot, someVolume } from '../records/testing.ts'
import { snapshotsPerVolumeMax, volumeSnapshotRecords } from '../records/volume-snapshots.ts'
import { volumeRecords } from '../records/volumes.ts'
import { type ApiForTests, type ApiForTestsOptions, apiForTests } from './testing.ts'

const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGqQlEvVBzLMmsnGLV9VmkbVzWYbTPqYXOXGrNoYQVAF me'
const nobody = '00000000-0000-4000-8000-000000000000'

let api: ApiForTests
const open = async (options: ApiForTestsOptions = {}) => {
  api = await apiForTests({ project: { quotasJson: '{"volumeSnapshots":4}' }, ...options })
}
afterEach(() => api.dispose())

const send = async (method: string, path: string, body?: object) => {
  const { statusCode, body: text } = await api.send(method, `/v1/${path}`, body)
  return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) }
}
const get = async (path: string) => (await send('GET', path)).body
const newVolume = async (body: object = {}) =>
  (await send('POST', 'volumes', { name: 'data', size_gb: 10, ...body })).body
const newSnapshot = async (volume: string, name = 'monday') =>
  (await send('POST', 'volume-snapshots', { name, source_volume: volume })).body
const gone = (path: string) => expect.poll(async () => (await send('GET', path)).status).toBe(404)

async function runningServer(): Promise<{ uuid: string; root: string }> {
  const body = { name: 'web', flavor: 'flex-4-1', image: 'debian-12', ssh_keys: [sshKey] }
  const { uuid } = (await send('POST', 'servers', body)).body
  await expect.poll(async () => (await get(`servers/${uuid}`)).status, { timeout: 5_000 }).toBe('running')
  return { uuid, root: (await get(`servers/${uuid}`)).volumes[0].uuid }
}

describe('/v1/volume-snapshots', () => {
  beforeEach(() => open())

  it('shows what was made as it can be read back, available by then', async () => {
    const volume = await newVolume({ zone: 'lpg1' })

    const { status, body } = await send('POST', 'volume-snapshots', {
      name: 'monday',
      source_volume: volume.uuid,
      tags: { keep: 'yes' },
    })

    expect(status).toBe(201)
    expect(body).toEqual({
      href: `http://localhost:80/v1/volume-snapshots/${body.uuid}`,
      uuid: body.uuid,
      name: 'monday',
      size_gb: 10,
      source_volume: { href: volume.href, uuid: volume.uuid, name: 'data' },
      zone: { slug: 'lpg1' },
      status: 'available',
      tags: { keep: 'yes' },
      created_at: body.created_at,
    })
    expect(await get(`volume-snapshots/${body.uuid}`)).toEqual(body)
  })

  it('lists them with their volumes, by name and tag too', async () => {
    const [one, other] = [await newVolume(), await newVolume({ name: 'other' })]
    await newSnapshot(one.uuid, 'monday')
    await newSnapshot(other.uuid, 'tuesday')

    expect(await get('volume-snapshots')).toMatchObject([
      { name: 'monday', source_volume: { name: 'data' } },
      { name: 'tuesday', source_volume: { name: 'other' } },
    ])
    expect(await get('volume-snapshots?name=tuesday')).toMatchObject([{ source_volume: { name: 'other' } }])
    expect(await get('volume-snapshots?tag:keep')).toEqual([])
  })

  it('changes name and tags together', async () => {
    const { uuid } = await newSnapshot((await newVolume()).uuid)

    const { status } = await send('PATCH', `volume-snapshots/${uuid}`, { name: 'keep', tags: { a: 'b' } })

    expect(status).toBe(204)
    expect(await get(`volume-snapshots/${uuid}`)).toMatchObject({ name: 'keep', tags: { a: 'b' } })
  })

  it('takes one of the root volume of a running server', async () => {
    const { root } = await runningServer()

    expect(await newSnapshot(root)).toMatchObject({
      status: 'available',
      source_volume: { name: 'web-root' },
    })
  })

  it('refuses by field what can not be, and says which limit is reached', async () => {
    const says = async (body: object) => (await send('POST', 'volume-snapshots', body)).body
    const full = someVolume({ cloudVolumeId: 'cloud-volume' })
    await api.records.transaction(async trx => {
      await volumeRecords.insert(trx, full)
      const most = Array.from({ length: snapshotsPerVolumeMax }, () =>
        someSnapshot({ volumeUuid: full.uuid }),
      )
      await volumeSnapshotRecords.insert(trx, ...most)
    })

    expect(await says({ name: 'monday' })).toEqual({ source_volume: 'This field is required.' })
    expect(await says({ name: 'monday', source_volume: 'x' })).toEqual({
      source_volume: 'Must be a valid UUID.',
    })
    expect(await says({ name: 'monday', source_volume: nobody })).toEqual({
      source_volume: `Volume ${nobody} does not exist.`,
    })
    expect((await says({ name: 'monday', source_volume: full.uuid })).detail).toMatch(
      /^It is not possible to create more than \d+ snapshots per volume/,
    )
  })

  it('counts them in the quota', async () => {
    const { uuid } = await newVolume()
    for (const name of ['1', '2', '3', '4']) await newSnapshot(uuid, name)

    expect((await newSnapshot(uuid)).detail).toMatch(/quota is 4 volume snapshots: 4 are in use/)
  })

  it("shows nobody another project's snapshots, nor takes one of its volumes", async () => {
    const volume = await newVolume()
    const { uuid } = await newSnapshot(volume.uuid)
    const stranger = { headers: { authorization: 'Bearer stranger' } }
    const asStranger = (method: string, path: string, body?: object) =>
      api.send(method, `/v1/volume-snapshots${path}`, body, stranger)

    expect((await asStranger('GET', '')).json()).toEqual([])
    expect((await asStranger('GET', `/${uuid}`)).statusCode).toBe(404)
    expect((await asStranger('DELETE', `/${uuid}`)).statusCode).toBe(404)
    const theirs = await asStranger('POST', '', { name: 'mine', source_volume: volume.uuid })
    expect(theirs.json()).toEqual({ source_volume: `Volume ${volume.uuid} does not exist.` })
  })

  it('tells the project of each', async () => {
    const { uuid } = await newSnapshot((await newVolume()).uuid)
    await send('DELETE', `volume-snapshots/${uuid}`)
    await gone(`volume-snapshots/${uuid}`)

    const { results } = await get('project-logs')
    expect(results.slice(-2)).toMatchObject([
      {
        action: 'volume_snapshot_create',
        message: "Volume snapshot 'monday' of volume 'data' has been created",
      },
      { action: 'volume_snapshot_delete', message: "Volume snapshot 'monday' has been deleted" },
    ])
  })
})

describe('a volume snapshot that is deleted', () => {
  it('shows nothing but deleting until it is gone, and keeps its volume as long', async () => {
    await open({ isCloudThere: false })
    const volume = someVolume({ cloudVolumeId: 'cloud-volume' })
    const snapshot = someSnapshot({ volumeUuid: volume.uuid, cloudSnapshotId: 'cloud-snapshot' })
    await api.records.transaction(async trx => {
      await volumeRecords.insert(trx, volume)
      await volumeSnapshotRecords.insert(trx, snapshot)
    })
    const path = `volume-snapshots/${snapshot.uuid}`

    expect((await send('DELETE', path)).status).toBe(204)
    expect((await send('DELETE', path)).status).toBe(204)

    expect((await get(path)).status).toBe('deleting')
    expect(await get('volume-snapshots')).toMatchObject([{ status: 'deleting' }])
    const { status, body } = await send('DELETE', `volumes/${volume.uuid}`)
    expect(status).toBe(400)
    expect(body.detail).toMatch(/^Snapshots exist for this volume/)
    expect(body.detail).toContain(`(${snapshot.uuid}, which is being deleted)`)
    const copy = await send('POST', 'volumes', { name: 'copy', volume_snapshot_uuid: snapshot.uuid })
    expect(copy.body.volume_snapshot_uuid).toMatch(/is being deleted/)
  })

  it('is gone then, and its volume can be deleted', async () => {
    await open()
    const volume = await newVolume()
    const { uuid } = await newSnapshot(volume.uuid)

    expect((await send('DELETE', `volume-snapshots/${uuid}`)).status).toBe(204)

    await gone(`volume-snapshots/${uuid}`)
    expect((await send('DELETE', `volume-snapshots/${uuid}`)).status).toBe(404)
    expect((await send('DELETE', `volumes/${volume.uuid}`)).status).toBe(204)
    await expect.poll(() => api.cloud.objects()).toEqual([])
  })
})

describe('a volume from a snapshot', () => {
  beforeEach(() => open())

  it('is like the snapshot, and may be larger', async () => {
    const source = await newVolume({ size_gb: 100, type: 'bulk', zone: 'lpg1' })
    const snapshot = await newSnapshot(source.uuid)
    const copy = (body: object) => send('POST', 'volumes', { volume_snapshot_uuid: snapshot.uuid, ...body })

    const same = await copy({ name: 'same' })
    const larger = await copy({ name: 'larger', size_gb: 200, type: 'bulk', zone: 'lpg1' })

    expect(same.status).toBe(201)
    expect(same.body).toMatchObject({ size_gb: 100, type: 'bulk', zone: { slug: 'lpg1' } })
    expect(larger.body).toMatchObject({ size_gb: 200 })
    expect((await copy({ name: 'smaller', size_gb: 50 })).body).toEqual({
      size_gb: 'Bulk volumes come in steps of 100 GB.',
    })
    expect((await copy({ name: 'other', type: 'ssd' })).body.type).toMatch(/^Must be bulk/)
    expect((await copy({ name: 'other', zone: 'rma1' })).body.zone).toMatch(/^Must be lpg1/)
  })

  it('is not smaller than that', async () => {
    const snapshot = await newSnapshot((await newVolume({ size_gb: 20 })).uuid)

    const { body } = await send('POST', 'volumes', {
      name: 'copy',
      size_gb: 19,
      volume_snapshot_uuid: snapshot.uuid,
    })

    expect(body).toEqual({ size_gb: "Must be at least 20, the size of volume snapshot 'monday'." })
  })

  it('outlives the snapshot, and its source', async () => {
    const source = await newVolume()
    const { uuid } = await newSnapshot(source.uuid)
    const copy = await newVolume({ volume_snapshot_uuid: uuid })
    await send('DELETE', `volume-snapshots/${uuid}`)
    await gone(`volume-snapshots/${uuid}`)
    await send('DELETE', `volumes/${source.uuid}`)

    await expect.poll(() => api.cloud.objects()).toHaveLength(1)
    expect(await get('volumes')).toEqual([copy])
  })
})

describe('a volume that is being reverted', () => {
  it('says so, until it is', async () => {
    await open({ isCloudThere: false })
    const volume = someVolume({ cloudVolumeId: 'cloud-volume' })
    const snapshot = someSnapshot({ volumeUuid: volume.uuid, cloudSnapshotId: 'cloud-snapshot' })
    await api.records.transaction(async trx => {
      await volumeRecords.insert(trx, volume)
      await volumeSnapshotRecords.insert(trx, snapshot)
    })

    const unanswered = send('POST', `volumes/${volume.uuid}/revert`, { snapshot: snapshot.uuid })
    unanswered.catch(() => {}) // Its caller has gone when the test is over.

    const operation = async () => (await get(`volumes/${volume.uuid}`)).current_operation
    await expect.poll(operation).toBe('reverting')
  })
})

describe('/v1/volumes/{uuid}/revert', () => {
  beforeEach(() => open())

  const revert = (volume: string, snapshot: string) => send('POST', `volumes/${volume}/revert`, { snapshot })

  it('sets a detached volume back to its newest snapshot', async () => {
    const { uuid } = await newVolume()
    const older = await newSnapshot(uuid, 'older')
    const newest = await newSnapshot(uuid, 'newest')

    expect((await revert(uuid, older.uuid)).body.snapshot).toMatch(
      /^A volume can only be reverted to its newest snapshot, and 'newest' \(.*\) is newer than 'older'/,
    )
    expect((await revert(uuid, newest.uuid)).status).toBe(204)

    expect((await get(`volumes/${uuid}`)).current_operation).toBeNull()
    expect((await get('project-logs')).results.at(-1)).toMatchObject({
      action: 'volume_revert',
      message: "Volume 'data' has been reverted to snapshot 'newest'",
    })
  })

  it('waits until newer ones that are being deleted are gone', async () => {
    const { uuid } = await newVolume()
    const older = await newSnapshot(uuid, 'older')
    const newest = await newSnapshot(uuid, 'newest')
    await send('DELETE', `volume-snapshots/${newest.uuid}`)

    expect((await revert(uuid, older.uuid)).status).toBe(204)
  })

  it('refuses an attached volume in the words that clients know', async () => {
    const server = await runningServer()
    const { uuid } = await newVolume({ servers: [server.uuid] })
    const snapshot = await newSnapshot(uuid)

    expect(await revert(uuid, snapshot.uuid)).toEqual({
      status: 400,
      body: { detail: 'Cannot revert non-root volumes while they are attached to a server.' },
    })
  })

  it('reverts the root volume of a stopped server only', async () => {
    const server = await runningServer()
    const snapshot = await newSnapshot(server.root)

    expect(await revert(server.root, snapshot.uuid)).toEqual({
      status: 400,
      body: { detail: 'Root volumes can only be reverted if server state is "stopped".' },
    })
    await send('POST', `servers/${server.uuid}/stop`)

    expect((await revert(server.root, snapshot.uuid)).status).toBe(204)
  })

  it('refuses what is no snapshot of the volume', async () => {
    const [one, other] = [await newVolume(), await newVolume({ name: 'other' })]
    const snapshot = await newSnapshot(other.uuid)

    expect((await revert(one.uuid, snapshot.uuid)).body).toEqual({
      snapshot: "Volume snapshot 'monday' is not of volume 'data'.",
    })
    expect((await revert(one.uuid, nobody)).body).toEqual({
      snapshot: `Volume snapshot ${nobody} does not exist.`,
    })
    expect((await send('POST', `volumes/${one.uuid}/revert`)).body).toEqual({
      snapshot: 'This field is required.',
    })
  })
})
