import { z } from 'zod'
import type { CreateServerGroupRequest } from '../actions/create-server-group.ts'
import { zones } from '../catalogue.ts'
import type { Labels } from '../records/labels.ts'
import { choice, text } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

export const createServerGroupBody = z.object({
  name: text(),
  type: choice(['anti-affinity']),
  zone: choice(zones).optional(),
  tags: tagsField.default({}),
})

export const patchServerGroupBody = z.object({ name: text().optional(), tags: tagsField.optional() })

/**
 * The server group that a request's body asks for, with all that it leaves open decided.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateServerGroup(
  value: unknown,
  { newUuid, projectId, defaultZone, createdAt }: NewObjectContext,
): CreateServerGroupRequest {
  const { zone = defaultZone, ...body } = validate(createServerGroupBody, value)
  return { ...body, uuid: newUuid(), projectId, zone, createdAt }
}

/**
 * What a request's body changes about a server group.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchServerGroup(value: unknown): Labels {
  return validate(patchServerGroupBody, value)
}
