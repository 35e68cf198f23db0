import { z } from 'zod'
import type { WantedInterface } from '../actions/wanted-interfaces.ts'
import { flavors } from '../catalogue.ts'
import type { Tags } from '../records/tags.ts'
import { choice, hostName } from './fields.ts'
import { requireOnlyOneAttribute } from './only-one-attribute.ts'
import { interfacesField, wantedInterfaces } from './server-interfaces.ts'
import { tagsField } from './tags.ts'
import { validate } from './validate.ts'

/** The fields that are lists: in a form, one alone is sent like a single value. */
export const patchServerLists: readonly string[] = ['interfaces']

/** The one thing that a request changes about a server. */
export type ServerChange =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'tags'; readonly tags: Tags }
  | { readonly kind: 'flavor'; readonly flavor: string }
  | { readonly kind: 'interfaces'; readonly interfaces: readonly WantedInterface[] }
  | { readonly kind: 'nothing' }

export const patchServerBody = z.object({
  name: hostName.optional(),
  flavor: choice(flavors.map(({ slug }) => slug)).optional(),
  interfaces: interfacesField.optional(),
  tags: tagsField.optional(),
})

/**
 * What a request's body changes about a server.
 *
 * @throws {OnlyOneAttributeException} it changes more than one thing
 * @throws {ValidationException} a field is wrong
 */
export function parsePatchServer(value: unknown): ServerChange {
  requireOnlyOneAttribute(patchServerBody, value)
  const { name, flavor, interfaces, tags } = validate(patchServerBody, value)
  if (name !== undefined) return { kind: 'name', name }
  if (flavor !== undefined) return { kind: 'flavor', flavor }
  if (tags !== undefined) return { kind: 'tags', tags }
  if (interfaces !== undefined) {
    return { kind: 'interfaces', interfaces: wantedInterfaces(interfaces, [4, 6]) }
  }
  return { kind: 'nothing' }
}
