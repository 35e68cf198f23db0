import {
  type Category,
  Exception,
  InternalException,
  type Json,
  type StatusOf,
  statusOf as statusOfClass,
  toWire,
} from '../exceptions/index.ts'
import { type Problem, toProblem } from '../http/problem.ts'

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
  readonly entries: readonly ReferenceEntry[]
}

/**
 * The reference of a service's exceptions, out of its one `exceptions.ts`. No class is made with arguments that nobody
 * knows: the service describes each, and shows one.
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
  },
): ExceptionReference {
  const { service, statusOf = statusOfClass } = options
  const descriptions = new Map<string, ExceptionDescription>(Object.entries(options.descriptions))
  const classes = Object.entries(module).filter(([, value]) => isExceptionClass(value))
  requireSame(
    classes.map(([name]) => name),
    [...descriptions.keys()],
  )
  const entries = [...descriptions].map(([name, { meaning, example }]) => {
    const exception = example()
    if (exception.constructor !== module[name as keyof Module]) {
      throw new InternalException(`The example for ${name} is one of ${exception.constructor.name}.`)
    }
    return entryOf(exception, { meaning, service, status: statusOf(exception) })
  })
  return { service, entries: entries.toSorted((a, b) => (a.className < b.className ? -1 : 1)) }
}

function entryOf(
  exception: Exception,
  { meaning, service, status }: { meaning: string; service: string; status: number },
): ReferenceEntry {
  const wire = toWire(exception, service, exampleTxId)
  return {
    className: exception.className,
    type: wire.type,
    category: exception.category,
    status,
    ancestors: wire.ancestors,
    meaning,
    data: Object.fromEntries(Object.entries(exception.data).map(([field, value]) => [field, typeOf(value)])),
    example: toProblem(wire, status),
  }
}

const exampleTxId = '01KADVZ8Q3V5B6W8Y2N4M6P0RS'

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
