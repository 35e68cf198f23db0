import { InternalException } from 'evenkeel'
import { z } from 'zod'

/** What an answer's body looks like: an object that has a name in the documentation. */
export type Shape = z.ZodObject

interface Naming {
  /** `ServerGroup` */
  readonly id: string
}

/** All that have a name. */
export const shapes = z.registry<Naming, Shape>()

/** Gives an answer's schema the name by which the documentation knows it: `ServerGroup`. */
export function shape<S extends Shape>(id: string, schema: S): S {
  shapes.add(schema, { id })
  return schema
}

/** @throws {InternalException} it was never named */
export function idOf(shape: Shape): string {
  const { id } = shapes.get(shape) ?? {}
  if (id === undefined) throw new InternalException('An operation answers with a shape that has no name.')
  return id
}

/** What it is in a sentence: `server group`. */
export function nounOf(shape: Shape): string {
  const words = idOf(shape).replaceAll(/\B[A-Z]/g, letter => ` ${letter}`)
  return words.toLowerCase().replace(/\bip\b/, 'IP')
}

export function pluralOf(shape: Shape): string {
  return `${nounOf(shape)}s`
}

export function articled(noun: string): string {
  return `${/^[aeio]/.test(noun) ? 'an' : 'a'} ${noun}`
}

/** The parts that many shapes have. */
export const href = z.string().describe('Its URL, which begins with the base that the request used.')
export const uuid = z.string().meta({ format: 'uuid' })
export const tags = z.record(z.string(), z.string()).describe('Labels of its owner.')
export const time = z.string().meta({ format: 'date-time' })
export const createdAt = time.describe('When it was asked for: RFC 3339 with microseconds, in UTC.')

/** How other objects show one that has a uuid and a name. */
export const NamedStub = shape('NamedStub', z.object({ href, uuid, name: z.string() }))
export const SlugStub = shape('SlugStub', z.object({ slug: z.string() }))
export const SubnetStub = shape('SubnetStub', z.object({ href, uuid, cidr: z.string() }))
