import { z } from 'zod'
import type { NewVolumeRequest, VolumeContent } from '../actions/create-volume.ts'
import type { ServerReference } from '../actions/server-for-volume.ts'
import { zones } from '../catalogue.ts'
import type { Labels } from '../records/labels.ts'
import { choice, text, uuid, wholeNumber } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { requireOnlyOneAttribute } from './only-one-attribute.ts'
import { tagsField } from './tags.ts'
import { validate, wrongField } from './validate.ts'

/** The fields that are lists: in a form, one alone is sent like a single value. */
export const volumeLists: readonly string[] = ['servers', 'server_uuids']

const sizeGb = wholeNumber({ min: 1 })

/** Where a volume is attached: a list with one server, or none. */
const servers = z.array(uuid).max(1, 'A volume can be attached to one server at a time.')

export const createVolumeBody = z.object({
  name: text(),
  size_gb: sizeGb.optional(),
  type: choice(['ssd', 'bulk']).optional(),
  zone: choice(zones).optional(),
  volume_snapshot_uuid: uuid.optional(),
  servers: servers.optional(),
  server_uuids: servers.optional(), // Deprecated, and what the older clients send.
  tags: tagsField.default({}),
})
type CreateVolumeBody = z.output<typeof createVolumeBody>

/**
 * The volume that a request's body asks for, with all that it leaves open decided.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateVolume(
  value: unknown,
  { newUuid, projectId, defaultZone, createdAt }: NewObjectContext,
): NewVolumeRequest {
  const body = validate(createVolumeBody, value)
  return {
    uuid: newUuid(),
    projectId,
    name: body.name,
    content: contentOf(body, defaultZone),
    server: serverIn(body),
    tags: body.tags,
    createdAt,
  }
}

/** A copy takes from its snapshot what isn't given. */
function contentOf(
  { size_gb: sizeGb, type, zone, volume_snapshot_uuid: snapshotUuid }: CreateVolumeBody,
  defaultZone: string,
): VolumeContent {
  if (snapshotUuid !== undefined) return { kind: 'copy', snapshotUuid, sizeGb, type, zone }
  if (sizeGb === undefined) throw wrongField('size_gb', 'This field is required.')
  return { kind: 'empty', sizeGb, type: type ?? 'ssd', zone: zone ?? defaultZone }
}

function serverIn(body: Pick<CreateVolumeBody, 'servers' | 'server_uuids'>): ServerReference | undefined {
  const { servers, server_uuids: olderName } = body
  if (servers !== undefined && olderName !== undefined && servers[0] !== olderName[0])
    throw wrongField('servers', 'Must be the same as server_uuids, its older name. Send one of them only.')
  const path = servers === undefined ? 'server_uuids[0]' : 'servers[0]'
  const [uuid] = servers ?? olderName ?? []
  return uuid === undefined ? undefined : { uuid, path }
}

export const patchVolumeBody = z.object({
  name: text().optional(),
  size_gb: sizeGb.optional(),
  servers: servers.optional(),
  server_uuids: servers.optional(),
  tags: tagsField.optional(),
})

/** The one thing that a request changes about a volume. */
export type VolumeChange =
  | { readonly kind: 'labels'; readonly labels: Labels }
  | { readonly kind: 'size'; readonly sizeGb: number }
  | { readonly kind: 'attach'; readonly server: ServerReference }
  | { readonly kind: 'detach' }

/**
 * What a request's body changes about a volume.
 *
 * @throws {OnlyOneAttributeException} it changes more than one thing
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchVolume(value: unknown): VolumeChange {
  requireOnlyOneAttribute(patchVolumeBody, value)
  const { size_gb: sizeGb, servers, server_uuids, ...labels } = validate(patchVolumeBody, value)
  if (sizeGb !== undefined) return { kind: 'size', sizeGb }
  const server = serverIn({ servers, server_uuids })
  if (server !== undefined) return { kind: 'attach', server }
  const isDetached = servers !== undefined || server_uuids !== undefined
  return isDetached ? { kind: 'detach' } : { kind: 'labels', labels }
}

export const revertBody = z.object({ snapshot: uuid })

/**
 * The snapshot that a request wants a volume to be set back to.
 *
 * @throws {ValidationException} it names none
 */
export function parseRevert(value: unknown): { readonly snapshot: string } {
  return validate(revertBody, value)
}
