import type { Exception } from 'evenkeel'
import type { z } from 'zod'
import { articled, nounOf, pluralOf, type Shape } from './shape.ts'

/** What the API's documentation says of a route, beside what the route's path says itself. Requests and answers are schemas: the ones that validate. */
export interface Operation {
  /** As an order: `Revert a volume to a snapshot`. The operation's id is made of it. */
  readonly does: string
  /** What else is to be known, in sentences. @default nothing */
  readonly remarks?: string
  /** What the query may have. @default nothing that matters */
  readonly query?: z.ZodObject
  /** What the body must be. @default there is none */
  readonly body?: z.ZodType
  /** @default 204, without a body */
  readonly answer?: Answer
  /** The exception classes that it can answer with, beside those that all operations like it share. @default none */
  readonly throws?: readonly ExceptionClass[]
  /** Whether anybody may ask, without a token. @default false */
  readonly isPublic?: boolean
  /** Whether it is an addition of ours to the API that clients know from elsewhere. @default false */
  readonly isOurs?: boolean
}

/** How an operation answers when it succeeds. */
export type Answer =
  | { readonly status: 200 | 201; readonly shape: Shape; readonly isList: boolean }
  | { readonly status: 200; readonly mediaType: string }

export type ExceptionClass = abstract new (...args: never[]) => Exception

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route of the API has one. */
    operation?: Operation
  }
}

export interface RouteDocumentation {
  readonly config: { readonly operation: Operation }
}

/** A route's options, by which it carries what is documented of it. */
export function operation(documented: Operation): RouteDocumentation {
  return { config: { operation: documented } }
}

/** Answered with one. */
export const one = (shape: Shape): Answer => ({ status: 200, shape, isList: false })

/** Answered with all that there are. */
export const listOf = (shape: Shape): Answer => ({ status: 200, shape, isList: true })

/** Answered with what was made. */
export const created = (shape: Shape): Answer => ({ status: 201, shape, isList: false })

/** What is documented of a kind of objects: enough for the operations that all kinds have. */
export interface KindDocumentation {
  readonly shape: Shape
  /** What is thrown where the project has none. */
  readonly absent: ExceptionClass
  /** What is thrown where what its path begins with isn't there. @default nothing stands before it */
  readonly absentAbove?: ExceptionClass
}

export function listOperation({ shape, absentAbove }: KindDocumentation, query: z.ZodObject): Operation {
  const throws = absentAbove === undefined ? [] : [absentAbove]
  return { does: `List ${pluralOf(shape)}`, query, answer: listOf(shape), throws }
}

export function getOperation({ shape, absent }: KindDocumentation): Operation {
  return { does: `Get ${articled(nounOf(shape))}`, answer: one(shape), throws: [absent] }
}

export function deleteOperation(
  { shape, absent }: KindDocumentation,
  throws: readonly ExceptionClass[],
): Operation {
  return { does: `Delete ${articled(nounOf(shape))}`, throws: [absent, ...throws] }
}

/** What else is documented of the creation or a change of one. */
type Further = Omit<Operation, 'does' | 'answer'> & Partial<Pick<Operation, 'does'>>

/** The options of the route that makes one: which may be gone again where the creation is repeated, or came to nothing. */
export function documentedCreation(
  { shape, absent }: KindDocumentation,
  further: Further,
): RouteDocumentation {
  const { does = `Create ${articled(nounOf(shape))}`, throws = [] } = further
  return operation({ ...further, does, answer: created(shape), throws: [absent, ...throws] })
}

/** The options of the route that changes one. */
export function documentedChange({ shape, absent }: KindDocumentation, further: Further): RouteDocumentation {
  const { does = `Change ${articled(nounOf(shape))}`, throws = [] } = further
  return operation({ ...further, does, throws: [absent, ...throws] })
}
