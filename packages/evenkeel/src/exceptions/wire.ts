import { categoryClass, type ExceptionClass } from './category-class.ts'
import * as clientExceptions from './client-exceptions.ts'
import * as dependencyExceptions from './dependency-exceptions.ts'
import * as discardExceptions from './discard-exceptions.ts'
import { retryForCaller } from './edge.ts'
import {
  type Category,
  Exception,
  type ExceptionOptions,
  type Json,
  type Origin,
  type PublicData,
  type RetrySafety,
} from './exception.ts'
import * as fanOutExceptions from './fan-out-exceptions.ts'
import { InternalException } from './internal-exception.ts'

/** What of an exception travels to a caller, whatever the protocol. */
export interface WireException {
  /** `urn:evenkeel:<service>:<Class>` */
  readonly type: string
  readonly category: Category
  /** The public message. */
  readonly message: string
  readonly data: PublicData
  readonly retry: RetrySafety
  readonly retryAfterMs: number | undefined
  readonly txId: string | undefined
  /** The names of the class's ancestors, nearest first, so that a client that doesn't know the class finds one that it knows. */
  readonly ancestors: readonly string[]
}

/** What of an exception is kept where it must be rebuilt later by ourselves. */
export interface KeptException extends Omit<WireException, 'type' | 'txId'> {
  readonly className: string
  readonly publicMessage: string
  /** Where it was thrown, if that was another service. */
  readonly origin?: Origin | undefined
}

/** The type by which an exception is known outside. */
export function typeOf(exception: Exception, service: string): string {
  return `urn:evenkeel:${exception.origin?.service ?? service}:${exception.className}`
}

/**
 * What `service` tells a caller of this exception. Nothing in it is for operators only.
 *
 * @param message @default the public message
 */
export function toWire(
  exception: Exception,
  service: string,
  txId: string | undefined,
  message: string = exception.publicMessage,
): WireException {
  return {
    type: typeOf(exception, service),
    category: exception.category,
    message,
    data: exception.data,
    retry: retryForCaller(exception),
    retryAfterMs: exception.retryAfterMs,
    txId,
    ancestors: ancestorsOf(exception),
  }
}

/** The class names above an exception's class, nearest first, up to its category's class. The same list each time. */
export function ancestorsOf(exception: Exception): readonly string[] {
  const known = exception.constructor
  const above = namesFrom(Object.getPrototypeOf(known))
  // Where a remote's class is unknown, its nearest known ancestor stands in for it, and is the first of them.
  return known.name === exception.className ? above : [known.name, ...above]
}

const namesByClass = new WeakMap<object, readonly string[]>()

function namesFrom(nearest: object): readonly string[] {
  let names = namesByClass.get(nearest)
  if (names === undefined) {
    names = isNamed(nearest) ? [nearest.name, ...namesFrom(Object.getPrototypeOf(nearest))] : []
    namesByClass.set(nearest, names)
  }
  return names
}

function isNamed(ancestor: unknown): ancestor is { readonly name: string } {
  return typeof ancestor === 'function' && ancestor !== Exception && ancestor !== Error
}

/** The library's own classes, which every side knows. */
const generalClasses: readonly unknown[] = [
  ...Object.values(clientExceptions),
  ...Object.values(discardExceptions),
  ...Object.values(dependencyExceptions),
  ...Object.values(fanOutExceptions),
  InternalException,
]

/** Makes exceptions out of what travelled, by the classes that this side knows. */
export class ExceptionRebuilder {
  readonly #classes = new Map<string, ExceptionClass>()

  /** @param known the classes that remote services may throw beside the library's, for instance a service's whole `exceptions.ts` */
  constructor(known: Iterable<unknown>) {
    for (const candidate of [...generalClasses, ...known]) {
      if (typeof candidate === 'function' && candidate.prototype instanceof Exception) {
        this.#classes.set(candidate.name, candidate as ExceptionClass)
      }
    }
  }

  /**
   * The same class with the same data, or its nearest known ancestor of the same category with the
   * original name kept: `instanceof BadClientRequestException` always tells the truth.
   */
  rebuild(wire: WireException): Exception {
    const [service = 'unknown', className = 'Exception'] = wire.type.split(':').slice(2)
    const origin = { service, txId: wire.txId }
    return this.restore({ ...wire, className, publicMessage: wire.message, origin })
  }

  /** As `rebuild`, for an exception that was kept here (in a journal), one of our own or a remote's. */
  restore(kept: KeptException): Exception {
    const { className, ancestors, category, message, publicMessage, data, retry, retryAfterMs, origin } = kept
    const nearest = this.#nearestKnown([className, ...ancestors], category)
    // Only the base's constructor runs, under the concrete class: what a class's own constructor wants
    // to be given is unknown here, and all that it would set from it is in the data.
    const options: ExceptionOptions = {
      data,
      retry,
      publicMessage,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    }
    const exception: Exception = Reflect.construct(Exception, [message, options], nearest)
    if (exception.className !== className) {
      Object.defineProperty(exception, 'className', { value: className })
    }
    // That of a fan-out was decided by branches that did not travel with it.
    if (exception.category !== category) Object.defineProperty(exception, 'category', { value: category })
    if (origin !== undefined) Object.defineProperty(exception, 'origin', { value: origin })
    return exception
  }

  #nearestKnown(names: readonly string[], category: Category): ExceptionClass {
    for (const name of names) {
      const known = this.#classes.get(name)
      if (known !== undefined && canBe(known, category)) return known
    }
    return categoryClass[category]
  }
}

function canBe(known: ExceptionClass, category: Category): boolean {
  return known.prototype instanceof fanOutExceptions.FanOutException || known.prototype.category === category
}

const categories: readonly string[] = ['client', 'discard', 'dependency', 'internal'] satisfies Category[]

export function isCategory(value: unknown): value is Category {
  return typeof value === 'string' && categories.includes(value)
}

export function isPublicData(value: Json | undefined): value is PublicData {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
