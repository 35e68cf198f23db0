import { z } from 'zod'
import type { AddRouterInterfaceRequest } from '../actions/add-router-interface.ts'
import type { CreateRouterRequest } from '../actions/create-router.ts'
import type { Target } from '../actions/target.ts'
import { zones } from '../catalogue.ts'
import { choice, ipAddress, text, truth, uuid } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { tagsField } from './tags.ts'
import { validate, wrongField } from './validate.ts'

/** The fields of an interface that are lists: in a form, one alone is sent like a single value. */
export const routerInterfaceLists: readonly string[] = ['addresses']

const addressesMax = 16

export const createRouterBody = z.object({
  name: text(),
  zone: choice(zones),
  internet_gateway: truth.default(false),
  tags: tagsField.default({}),
})

export const routerInterfaceBody = z.object({
  network: uuid.optional(),
  addresses: z
    .array(z.object({ subnet: uuid, address: ipAddress.optional() }))
    .max(addressesMax, `At most ${addressesMax} addresses can be given.`)
    .optional(),
})

/**
 * The router that a request's body asks for.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateRouter(
  value: unknown,
  { newUuid, projectId, createdAt }: NewObjectContext,
): Omit<CreateRouterRequest, 'changingMs'> {
  const { internet_gateway: isInternetGateway, ...body } = validate(createRouterBody, value)
  return { ...body, uuid: newUuid(), projectId, isInternetGateway, createdAt }
}

/**
 * The interface of a router that a request's body asks for.
 *
 * @throws {ValidationException} a field is wrong, or it names neither a network nor a subnet
 */
export function parseRouterInterface(
  value: unknown,
  target: Target,
  { newUuid }: NewObjectContext,
): AddRouterInterfaceRequest {
  const { network, addresses = [] } = validate(routerInterfaceBody, value)
  if (network === undefined && addresses.length === 0)
    throw wrongField('network', 'This field is required, unless addresses name a subnet.')
  return {
    ...target,
    interfaceUuid: newUuid(),
    networkUuid: network,
    addresses: addresses.map(({ subnet: subnetUuid, address }) => ({ subnetUuid, address })),
  }
}
