import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CloudHarness, newImport, newKey, type OpenCloud, readyImport } from './cloud-harness.ts'
import { CloudRefusedException, CloudTimeoutException } from './exceptions.ts'

/** What every `Images` must do. */
export function imagesContract(name: string, open: OpenCloud): void {
  describe(`${name} as what has images`, () => {
    let harness: CloudHarness
    beforeEach(async () => {
      harness = await open()
    })
    afterEach(() => harness.close())

    const newVolume = (image: string, sizeGb: number) => ({
      key: newKey(),
      zone: harness.zone,
      sizeGb,
      type: 'ssd' as const,
      image,
      snapshotId: undefined,
    })

    it('knows an image, and what a volume that is filled with it needs', async () => {
      const { cloud, zone, image: slug } = harness

      const image = await cloud.images.getImage(zone, slug)

      expect(image?.slug).toBe(slug)
      await cloud.volumes.createVolume(newVolume(slug, image?.sizeGb ?? 0))
      const tooSmall = cloud.volumes.createVolume(newVolume(slug, (image?.sizeGb ?? 0) - 1))
      await expect(tooSmall).rejects.toBeInstanceOf(CloudRefusedException)
    })

    it('knows none that a zone does not have', async () => {
      const { cloud, zone, image } = harness

      expect(await cloud.images.getImage(zone, newKey())).toBeUndefined()
      expect(await cloud.images.getImage('no-such-zone', image)).toBeUndefined()
    })

    it('fills no volume with an image that is not there', async () => {
      const filling = harness.cloud.volumes.createVolume(newVolume(newKey(), 10))

      await expect(filling).rejects.toBeInstanceOf(CloudRefusedException)
    })

    it('accepts to import an image, and has it with what it holds', async () => {
      const { cloud, settle } = harness
      const image = newImport(harness)

      const { id, status } = await cloud.images.importImage(image)

      expect(status.state).not.toBe('broken')
      await settle()
      expect(await cloud.images.getImport(id)).toEqual({
        id,
        content: {
          sizeBytes: expect.any(Number),
          md5: expect.stringMatching(/^[0-9a-f]{32}$/),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        problem: undefined,
        status: { state: 'ready' },
      })
    })

    it('finds every import again that carries a key, oldest first', async () => {
      const { cloud, settle } = harness
      const image = newImport(harness)

      const first = await cloud.images.importImage(image)
      const second = await cloud.images.importImage(image)
      await readyImport(harness)
      await settle()

      const found = await cloud.images.findImports(image.key)
      expect(found.map(({ id }) => id)).toEqual([first.id, second.id])
      expect(await cloud.images.findImports(newKey())).toEqual([])
    })

    it('tells what is wrong with a URL that leads to nothing', async () => {
      const { cloud, absentImageUrl: url, settle } = harness

      const { id } = await cloud.images.importImage(newImport(harness, { url }))

      await settle()
      const failed = await cloud.images.getImport(id)
      expect(failed?.problem).toBe('Expected HTTP 200, got HTTP 404')
      expect(failed?.status.state).toBe('broken')
      expect(failed?.content).toBeUndefined()
    })

    it('fills volumes with an imported image, by its id', async () => {
      const { cloud, zone, settle } = harness
      const { id } = await readyImport(harness)

      const image = await cloud.images.getImage(zone, id)
      const volume = await cloud.volumes.createVolume(newVolume(id, image?.sizeGb ?? 0))

      await settle()
      expect(image?.slug).toBe(id)
      expect((await cloud.volumes.getVolume(volume.id))?.status).toEqual({ state: 'ready' })
    })

    it('fills no volume with one that came to nothing', async () => {
      const { cloud, absentImageUrl: url, settle, zone } = harness
      const { id } = await cloud.images.importImage(newImport(harness, { url }))
      await settle()

      await expect(cloud.volumes.createVolume(newVolume(id, 10))).rejects.toBeInstanceOf(
        CloudRefusedException,
      )
      expect(await cloud.images.getImage(zone, id)).toBeUndefined()
    })

    it('accepts to delete an imported image, and leaves what was filled with it', async () => {
      const { cloud, zone, settle } = harness
      const { id } = await readyImport(harness)
      const volume = await cloud.volumes.createVolume(newVolume(id, 10))
      await settle()

      await cloud.images.deleteImport(id)

      await settle()
      expect(await cloud.images.getImport(id)).toBeUndefined()
      expect(await cloud.images.getImage(zone, id)).toBeUndefined()
      expect((await cloud.volumes.getVolume(volume.id))?.status).toEqual({ state: 'ready' })
    })

    it('accepts to delete one that is just being imported, or came to nothing, and one that is not there', async () => {
      const { cloud, absentImageUrl: url, settle } = harness
      const underWay = await cloud.images.importImage(newImport(harness))
      const failed = await cloud.images.importImage(newImport(harness, { url }))
      await cloud.images.deleteImport(underWay.id)
      await settle()

      await cloud.images.deleteImport(failed.id)
      await cloud.images.deleteImport(newKey())

      await settle()
      expect(await cloud.images.getImport(underWay.id)).toBeUndefined()
      expect(await cloud.images.getImport(failed.id)).toBeUndefined()
    })

    it('takes an aborted call for one whose answer was lost', async () => {
      const asking = harness.cloud.images.getImage(harness.zone, harness.image, AbortSignal.abort())

      await expect(asking).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
