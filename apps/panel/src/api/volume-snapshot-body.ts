import { z } from 'zod'
import type { NewSnapshotRequest } from '../actions/create-volume-snapshot.ts'
import type { Labels } from '../records/labels.ts'
import { text, uuid } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

export const createSnapshotBody = z.object({
  name: text(),
  source_volume: uuid,
  tags: tagsField.default({}),
})

export const patchSnapshotBody = z.object({ name: text().optional(), tags: tagsField.optional() })

/**
 * The snapshot that a request's body asks for.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateSnapshot(
  value: unknown,
  { newUuid, projectId, createdAt }: NewObjectContext,
): NewSnapshotRequest {
  const { name, source_volume: volumeUuid, tags } = validate(createSnapshotBody, value)
  return { uuid: newUuid(), projectId, name, volumeUuid, tags, createdAt }
}

/**
 * What a request's body changes about a snapshot.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchSnapshot(value: unknown): Labels {
  return validate(patchSnapshotBody, value)
}
