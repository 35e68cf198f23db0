import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CloudHarness, newKey, type OpenCloud } from './cloud-harness.ts'
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

    it('takes an aborted call for one whose answer was lost', async () => {
      const asking = harness.cloud.images.getImage(harness.zone, harness.image, AbortSignal.abort())

      await expect(asking).rejects.toBeInstanceOf(CloudTimeoutException)
    })
  })
}
