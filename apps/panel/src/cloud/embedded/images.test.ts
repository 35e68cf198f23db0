import { expect, it } from 'vitest'
import { images } from '../../catalogue.ts'
import { newImport, newKey } from '../cloud-harness.ts'
import { cloudInFakeTime } from './fake-time.ts'

it('the embedded cloud has every image of the catalogue in the zones that it is for', async () => {
  const { cloud } = cloudInFakeTime({ latencyFactor: 0 })

  for (const { slug, zones } of images) {
    for (const zone of zones) expect(await cloud.images.getImage(zone, slug)).toMatchObject({ slug })
  }
})

it('the embedded cloud has an imported image in the zones that it was imported for, once it is there', async () => {
  const harness = cloudInFakeTime()
  const { cloud } = harness
  const { id } = await cloud.images.importImage(newImport(harness, { zones: ['lpg1'] }))
  expect(await cloud.images.getImage('lpg1', id)).toBeUndefined()

  await harness.settle()

  expect(await cloud.images.getImage('lpg1', id)).toEqual({ slug: id, sizeGb: 2 })
  expect(await cloud.images.getImage('rma1', id)).toBeUndefined()
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
