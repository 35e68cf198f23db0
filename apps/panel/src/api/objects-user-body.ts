import { randomBytes, randomInt } from 'node:crypto'
import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import type { CreateObjectsUserRequest } from '../actions/create-objects-user.ts'
import type { Labels } from '../records/labels.ts'
import { newObjectsUserId } from '../records/objects-users.ts'
import type { SecretBox } from '../secret-box.ts'
import { text } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

export const createObjectsUserBody = z.object({ display_name: text(), tags: tagsField.default({}) })

export const patchObjectsUserBody = z.object({ display_name: text().optional(), tags: tagsField.optional() })

/**
 * The objects user that a request's body asks for, with keys of its own.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateObjectsUser(
  value: unknown,
  { projectId, createdAt }: NewObjectContext,
  box: SecretBox,
): CreateObjectsUserRequest {
  const { display_name: name, tags } = validate(createObjectsUserBody, value)
  const uuid = newObjectsUserId()
  const secretKey = newSecretKey()
  return {
    uuid,
    projectId,
    name,
    accessKey: newAccessKey(),
    secretKey: new Secret(secretKey),
    sealedSecretKey: box.seal(secretKey, uuid),
    tags,
    createdAt,
  }
}

/**
 * What a request's body changes about an objects user.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchObjectsUser(value: unknown): Labels {
  const { display_name: name, tags } = validate(patchObjectsUserBody, value)
  return { name, tags }
}

const capitalsAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Twenty capitals and digits, as S3's are. */
function newAccessKey(): string {
  return Array.from({ length: 20 }, () => capitalsAndDigits[randomInt(capitalsAndDigits.length)]).join('')
}

/** Forty characters, of which none has to be escaped anywhere: 240 bits of chance. */
function newSecretKey(): string {
  return randomBytes(30).toString('base64url')
}
