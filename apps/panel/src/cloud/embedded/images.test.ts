import { expect, it } from 'vitest'
import { images } from '../../catalogue.ts'
import { newKey } from '../cloud-harness.ts'
import { cloudInFakeTime } from './fake-time.ts'

it('the embedded cloud has every image of the catalogue in the zones that it is for', async () => {
  const { cloud } = cloudInFakeTime({ latencyFactor: 0 })

  for (const { slug, zones } of images) {
    for (const zone of zones) expect(await cloud.images.getImage(zone, slug)).toMatchObject({ slug })
  }
})

it('a volume that an image is too big for, or that it is unknown to, is refused by the reason', async () => {
  const { cloud, zone } = cloudInFakeTime()
  const volume = { key: newKey(), zone, sizeGb: 9, type: 'ssd', snapshotId: undefined } as const

  await expect(cloud.volumes.createVolume({ ...volume, image: 'debian-13' })).rejects.toThrow(
    'image debian-13 needs a volume of at least 10 GB, not of 9 GB',
  )
  await expect(cloud.volumes.createVolume({ ...volume, image: 'windows-95' })).rejects.toThrow(
    'there is no image windows-95 in zone rma1',
  )
  expect(cloud.objects()).toEqual([])
})
