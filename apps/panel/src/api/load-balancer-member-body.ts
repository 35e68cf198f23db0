import { z } from 'zod'
import type { CreateMemberRequest } from '../actions/load-balancer-member.ts'
import type { ChangePartRequest, Given } from '../actions/load-balancer-part.ts'
import type { Target } from '../actions/target.ts'
import type { MemberSettings } from '../cloud/load-balancers.ts'
import { ipAddress, port, text, truth, uuid } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

export const createMemberBody = z.object({
  name: text(),
  enabled: truth.default(true),
  protocol_port: port('protocol_port'),
  monitor_port: port('monitor_port').optional(),
  address: ipAddress,
  subnet: uuid,
  tags: tagsField.default({}),
})

export const patchMemberBody = z.object({
  name: text().optional(),
  enabled: truth.optional(),
  tags: tagsField.optional(),
})

/**
 * The member of a pool that a request's body asks for.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateMember(
  value: unknown,
  poolUuid: string,
  { newUuid, projectId, createdAt }: NewObjectContext,
): CreateMemberRequest {
  const { name, enabled, address, tags, ...body } = validate(createMemberBody, value)
  return {
    uuid: newUuid(),
    projectId,
    poolUuid,
    subnetUuid: body.subnet,
    name,
    address,
    protocolPort: body.protocol_port,
    monitorPort: body.monitor_port ?? null,
    isEnabled: enabled,
    tags,
    createdAt,
  }
}

/**
 * What a request's body changes about a member.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchMember(
  value: unknown,
): Omit<ChangePartRequest<Given<MemberSettings>>, keyof Target> {
  const { enabled: isEnabled, ...labels } = validate(patchMemberBody, value)
  return { settings: { isEnabled }, labels }
}
