import { wrongField } from '../api/validate.ts'
import { findImage } from '../catalogue.ts'
import { requireSettled } from '../records/busy.ts'
import { customImageImportRecords } from '../records/custom-image-imports.ts'
import { type CustomImageRecord, customImageRecords } from '../records/custom-images.ts'
import type { ServerRecord } from '../records/servers.ts'
import type { Db } from '../records/tables.ts'
import type { CreateServerRequest } from './create-server.ts'

/** What a server boots from. */
export interface ServerImage {
  /** What its record says of it from then on, whatever becomes of the image. */
  readonly recorded: Pick<ServerRecord, 'image' | 'imageName' | 'imageUuid'>
  /** What the cloud calls it. */
  readonly cloudImage: string
}

type Wanted = Pick<CreateServerRequest, 'projectId' | 'image' | 'zone' | 'rootVolume' | 'password'>

/**
 * The image that a server is to boot from: one of the catalogue, or of the project's own, by uuid or by `custom:` and its slug.
 *
 * @throws {ValidationException} the project has none that is called so, or the server can't boot from it
 * @throws {ObjectBusyException} it is just being imported
 */
export async function findServerImage(db: Db, wanted: Wanted): Promise<ServerImage> {
  const listed = findImage(wanted.image)
  if (listed !== undefined) {
    return {
      recorded: { image: listed.slug, imageName: null, imageUuid: null },
      cloudImage: listed.slug,
    }
  }
  const image = await findCustomImage(db, wanted)
  requireFits(image, wanted)
  const { uuid, slug, name, cloudImageId } = image
  return {
    recorded: { image: `custom:${slug ?? uuid}`, imageName: name, imageUuid: uuid },
    cloudImage: cloudImageId,
  }
}

/** Of several that are called the same, the newest that is in the zone. */
async function findCustomImage(
  db: Db,
  { projectId, image: wanted, zone }: Wanted,
): Promise<CustomImageRecord> {
  const called = wanted.replace(/^custom:/, '')
  const isCalledSo = ({ uuid, slug }: { readonly uuid: string; readonly slug: string | null }) =>
    uuid === called || (slug === called && wanted !== called)
  const images = (await customImageRecords.list(db, projectId)).filter(isCalledSo)
  const found = images.findLast(({ zones }) => zones.includes(zone))
  if (found !== undefined) return found

  const imports = (await customImageImportRecords.list(db, projectId)).filter(isCalledSo)
  // One that is just being imported is waited for.
  for (const imported of imports) await requireSettled(db, customImageImportRecords, imported)
  const [other] = images
  throw wrongField(
    'image',
    other === undefined
      ? `Custom image ${called} does not exist.`
      : `Custom image '${other.name}' is not in zone ${zone}: it was imported for ${other.zones.join(', ')}.`,
  )
}

function requireFits(
  { name, sizeGb, userDataHandling }: CustomImageRecord,
  { rootVolume, password }: Wanted,
): void {
  if (rootVolume.sizeGb < sizeGb)
    throw wrongField('volume_size_gb', `Must be at least ${sizeGb}, the size of custom image '${name}'.`)
  // A password reaches a server in its user data, which such an image wants as they are.
  if (password !== undefined && userDataHandling === 'pass-through')
    throw wrongField('password', 'This image does not support password login. Give ssh_keys instead.')
}
