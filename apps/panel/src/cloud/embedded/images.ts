import { findImage } from '../../catalogue.ts'
import { type CloudImage, type Images, volumeGbFor } from '../images.ts'
import type { Calls } from './calls.ts'
import { contentIn, importById, importsWithKey, listImports } from './image-imports.ts'
import type { Moment } from './moment.ts'
import { requireSound } from './objects.ts'

/** What each of the catalogue's images needs. */
const imageSizeGb = 10

/** The image port of the embedded cloud: every zone has the catalogue's images for it, and those that were imported. */
export function embeddedImages(calls: Calls): Images {
  return {
    getImage: (zone, image, signal) =>
      calls.read('images.getImage', moment => imageIn(moment, zone, image), signal),
    importImage: (image, signal) => calls.effect('images.importImage', image, signal),
    findImports: (key, signal) =>
      calls.read('images.findImports', moment => importsWithKey(moment, key), signal),
    getImport: (id, signal) => calls.read('images.getImport', moment => importById(moment, id), signal),
    listImports: (page, signal) =>
      calls.read('images.listImports', moment => listImports(moment, page), signal),
    deleteImport: (id, signal) => calls.effect('images.deleteImport', { id }, signal),
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
  const image = imageIn(moment, zone, slug)
  requireSound(moment, image !== undefined, `there is no image ${slug} in zone ${zone}`)
  const reason = `image ${slug} needs a volume of at least ${image.sizeGb} GB, not of ${sizeGb} GB`
  requireSound(moment, image.sizeGb <= sizeGb, reason)
}

function imageIn(moment: Moment, zone: string, slug: string): CloudImage | undefined {
  if (findImage(slug)?.zones.includes(zone)) return { slug, sizeGb: imageSizeGb }
  const content = contentIn(moment, zone, slug)
  return content && { slug, sizeGb: volumeGbFor(content.sizeBytes) }
}
