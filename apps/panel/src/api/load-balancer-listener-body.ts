import { z } from 'zod'
import type { CreateListenerRequest } from '../actions/load-balancer-listener.ts'
import type { ChangePartRequest, Given } from '../actions/load-balancer-part.ts'
import type { Target } from '../actions/target.ts'
import { parseCidr } from '../addressing/cidr.ts'
import { type ListenerSettings, listenerProtocols } from '../cloud/load-balancers.ts'
import { expected, port, text, uuid, wholeNumber } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

/** The fields that are lists: in a form, one alone is sent like a single value. */
export const listenerLists: readonly string[] = ['allowed_cidrs']

const cidrsMax = 100

const allowedCidrs = z
  .array(
    z
      .string()
      .refine(
        text => parseCidr(text) !== undefined,
        'Enter a valid network address in CIDR notation, such as 192.0.2.0/24.',
      ),
  )
  .max(cidrsMax, `At most ${cidrsMax} ranges can be given.`)

/** In milliseconds: a day at most. */
const timeout = wholeNumber({ min: 1, max: 86_400_000 })

export const createListenerBody = z.object({
  name: text(),
  pool: uuid,
  protocol: expected('protocol', listenerProtocols),
  protocol_port: port('protocol_port'),
  allowed_cidrs: allowedCidrs.default([]),
  timeout_client_data_ms: timeout.default(50_000),
  timeout_member_connect_ms: timeout.default(5_000),
  timeout_member_data_ms: timeout.default(50_000),
  tags: tagsField.default({}),
})

export const patchListenerBody = z.object({
  name: text().optional(),
  protocol: expected('protocol', listenerProtocols).optional(),
  protocol_port: port('protocol_port').optional(),
  allowed_cidrs: allowedCidrs.optional(),
  timeout_client_data_ms: timeout.optional(),
  timeout_member_connect_ms: timeout.optional(),
  timeout_member_data_ms: timeout.optional(),
  tags: tagsField.optional(),
})

/**
 * The listener that a request's body asks for.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateListener(
  value: unknown,
  { newUuid, projectId, createdAt }: NewObjectContext,
): CreateListenerRequest {
  const { name, pool: poolUuid, tags, ...body } = validate(createListenerBody, value)
  // What isn't given has its default by now: nothing is left out.
  const settings = settingsOf(body) as ListenerSettings
  return { uuid: newUuid(), projectId, poolUuid, name, ...settings, tags, createdAt }
}

/**
 * What a request's body changes about a listener.
 *
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchListener(
  value: unknown,
): Omit<ChangePartRequest<Given<ListenerSettings>>, keyof Target> {
  const { name, tags, ...body } = validate(patchListenerBody, value)
  return { settings: settingsOf(body), labels: { name, tags } }
}

type Body = Omit<z.output<typeof createListenerBody>, 'name' | 'pool' | 'tags'>

function settingsOf(body: Given<Body>): Given<ListenerSettings> {
  return {
    protocol: body.protocol,
    protocolPort: body.protocol_port,
    allowedCidrs: body.allowed_cidrs,
    timeoutClientDataMs: body.timeout_client_data_ms,
    timeoutMemberConnectMs: body.timeout_member_connect_ms,
    timeoutMemberDataMs: body.timeout_member_data_ms,
  }
}
