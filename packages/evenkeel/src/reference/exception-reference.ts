import {
  atOurEdge,
  type Category,
  Exception,
  InternalException,
  type Json,
  type StatusOf,
  statusOf as statusOfClass,
} from '../exceptions/index.ts'
import { runInTx, Transaction } from '../filters/transaction.ts'
import { parseTxId } from '../filters/tx-id.ts'
import { HttpCatchAllFilter } from '../http/http-catch-all-filter.ts'
import type { HttpRequest } from '../http/http-message.ts'
import type { Problem } from '../http/problem.ts'
import { type GeneralExceptionName, generalExceptions } from './general-exceptions.ts'

/** What a service says of one of its exception classes. */
export interface ExceptionDescription<Thrown extends Exception = Exception> {
  /** What has happened, and what a caller does about it: for the people who call the service. */
  readonly meaning: string
  /** One as callers meet it. It is made to be shown, and never thrown. */
  readonly example: () => Thrown
}

/** A description for each exception class that a module exports: the compiler names those that are missing. */
export type ExceptionDescriptions<Module> = {
  readonly [Name in keyof Module as Module[Name] extends AnyExceptionClass
    ? Name
    : never]: Module[Name] extends AnyExceptionClass
    ? ExceptionDescription<InstanceType<Module[Name]>>
    : never
}

type AnyExceptionClass = abstract new (...args: never[]) => Exception

/** What is known of one exception class that a service can answer with. */
export interface ReferenceEntry {
  readonly className: string
  /** `urn:evenkeel:<service>:<Class>`, by which programs know it whatever the language. */
  readonly type: string
  readonly category: Category
  readonly status: number
  /** The classes above it, nearest first: who catches one of those catches this. */
  readonly ancestors: readonly string[]
  readonly meaning: string
  /** The public data's fields, each with the type that it has in the example. */
  readonly data: { readonly [field: string]: string }
  /** The answer's body, as problem details. */
  readonly example: Problem
}

/** Every exception class of a service that its clients can meet, in the order of their names. */
export interface ExceptionReference {
  readonly service: string
  /** The service's own. */
  readonly entries: readonly ReferenceEntry[]
  /** The library's, which the service answers with as well. */
  readonly general: readonly ReferenceEntry[]
}

/**
 * The reference of a service's exceptions, out of its one `exceptions.ts`. No class is made with arguments that nobody
 * knows: the service describes each, and shows one. The library's own stand in a part by themselves.
 *
 * @example
 * import * as exceptions from './exceptions.ts'
 *
 * export const reference = exceptionReference(exceptions, {
 *   service: 'places',
 *   descriptions: {
 *     PlaceNotFoundException: {
 *       meaning: 'There is no place of this name.',
 *       example: () => new PlaceNotFoundException('Atlantis'),
 *     },
 *   },
 * })
 *
 * @throws {InternalException} a class has no description, a description no class, or an example is of another class
 */
export function exceptionReference<Module extends object>(
  module: Module,
  options: {
    /** The name under which the service's exceptions are known outside. */
    service: string
    descriptions: ExceptionDescriptions<Module>
    /** Which status an exception is answered with. @default the class's own */
    statusOf?: StatusOf
    /** Those of the library's that this service never answers with: it has no such filter, say. @default none */
    without?: readonly GeneralExceptionName[]
  },
): ExceptionReference {
  const { service, statusOf = statusOfClass, without = [] } = options
  const own = Object.entries<ExceptionDescription>(options.descriptions)
  const names = own.map(([name]) => name)
  requireSame(
    Object.entries(module).flatMap(([name, value]) => (isExceptionClass(value) ? [name] : [])),
    names,
  )
  for (const [name, { example }] of own) requireMade(example(), name, module[name as keyof Module])
  const absent: readonly string[] = [...names, ...without]
  const general = Object.entries(generalExceptions).filter(([name]) => !absent.includes(name))
  const catchAll = new HttpCatchAllFilter({ service, statusOf, onProblem: rethrow })
  return {
    service,
    entries: entriesOf(own.map(leftTheService), catchAll),
    general: entriesOf(general, catchAll),
  }
}

/** What an operation throws passes the service's edge, beyond which it promises less. */
function leftTheService([name, { meaning, example }]: Described): Described {
  return [name, { meaning, example: () => atOurEdge(example()) }]
}

type Described = readonly [name: string, ExceptionDescription]

function entriesOf(descriptions: readonly Described[], catchAll: HttpCatchAllFilter): ReferenceEntry[] {
  return descriptions
    .map(([, description]) => entryOf(description, catchAll))
    .toSorted((a, b) => (a.className < b.className ? -1 : 1))
}

function entryOf({ meaning, example }: ExceptionDescription, catchAll: HttpCatchAllFilter): ReferenceEntry {
  const exception = example()
  const { status, body = '' } = runInTx(exampleTx, () => catchAll.answerTo(exception, exampleRequest))
  const problem: Problem = JSON.parse(body)
  return {
    className: exception.className,
    type: problem.type,
    category: exception.category,
    status,
    ancestors: problem.ancestors,
    meaning,
    data: Object.fromEntries(Object.entries(problem.data).map(([field, value]) => [field, typeOf(value)])),
    example: problem,
  }
}

// What is shown is what the catch-all answers, to the letter.
const exampleRequest: HttpRequest = { method: 'GET', url: '/', headers: {} }
const exampleTx = new Transaction({
  kind: 'request',
  operation: 'GET /',
  id: parseTxId('01KADVZ8Q3V5B6W8Y2N4M6P0RS'),
})

function rethrow(exception: Exception): never {
  throw exception
}

function requireMade(example: Exception, name: string, described: unknown): void {
  if (example.constructor === described) return
  throw new InternalException(`The example for ${name} is one of ${example.constructor.name}.`)
}

function isExceptionClass(value: unknown): boolean {
  return typeof value === 'function' && value.prototype instanceof Exception
}

function requireSame(classes: readonly string[], described: readonly string[]): void {
  const [unknown] = described.filter(name => !classes.includes(name))
  const [missing] = classes.filter(name => !described.includes(name))
  if (missing !== undefined) {
    throw new InternalException(
      `${missing} is exported without a description. Say what it means and show one.`,
    )
  }
  if (unknown !== undefined) {
    throw new InternalException(
      `${unknown} is described and not exported. Export it, or drop its description.`,
    )
  }
}

function typeOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value[0] === undefined ? 'list' : `list of ${typeOf(value[0])}`
  return typeof value
}
