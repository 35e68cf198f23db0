import { findImage } from '../../catalogue.ts'
import type { CloudImage, Images } from '../images.ts'
import type { Calls } from './calls.ts'
import type { Moment } from './moment.ts'
import { requireSound } from './objects.ts'

/** What each of the catalogue's images needs. */
const imageSizeGb = 10

/** The image port of the embedded cloud: every zone has the catalogue's images for it. */
export function embeddedImages(calls: Calls): Images {
  return {
    getImage: (zone, slug, signal) => calls.read('images.getImage', () => imageIn(zone, slug), signal),
  }
}

/** What a volume is to be filled with, and where. */
export interface Filling {
  readonly zone: string
  readonly image: string
  readonly sizeGb: number
}

/** @throws {CloudRefusedException} the zone doesn't have the image, or the volume is too small for it */
export function requireImage(moment: Moment, { zone, image: slug, sizeGb }: Filling): void {
  const image = imageIn(zone, slug)
  requireSound(moment, image !== undefined, `there is no image ${slug} in zone ${zone}`)
  const reason = `image ${slug} needs a volume of at least ${image.sizeGb} GB, not of ${sizeGb} GB`
  requireSound(moment, image.sizeGb <= sizeGb, reason)
}

function imageIn(zone: string, slug: string): CloudImage | undefined {
  return findImage(slug)?.zones.includes(zone) ? { slug, sizeGb: imageSizeGb } : undefined
}
