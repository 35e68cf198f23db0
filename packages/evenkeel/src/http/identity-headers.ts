import type { Category, Exception } from '../exceptions/exception.ts'
import { isCategory } from '../exceptions/wire.ts'

/** On every answer: the transaction that it belongs to. On a request: the transaction that asks. */
export const txHeader = 'evenkeel-tx'
/** On the answer to an interrupted request: the exception's class. */
export const exceptionHeader = 'evenkeel-exception'
/** On the answer to an interrupted request: the exception's category. */
export const categoryHeader = 'evenkeel-category'

/** What the headers of an answer say of the exception behind it. */
export interface Identity {
  readonly className: string
  readonly category: Category
}

/** The headers by which anyone can tell an exception, whatever the body looks like. */
export function identityHeaders(exception: Exception): Record<string, string> {
  const headers: Record<string, string> = {
    [exceptionHeader]: encode(exception.className),
    [categoryHeader]: exception.category,
  }
  if (exception.retryAfterMs !== undefined) {
    headers['retry-after'] = String(Math.max(0, Math.ceil(exception.retryAfterMs / 1000)))
  }
  return headers
}

/** The identity that an answer's headers carry, or undefined if they carry none. */
export function parseIdentity(headers: { get(name: string): string | null }): Identity | undefined {
  const category = headers.get(categoryHeader)
  const className = decode(headers.get(exceptionHeader) ?? '')
  return isCategory(category) && isClassName(className) ? { className, category } : undefined
}

/** Whether what came in can be the name of a class: nothing else becomes a label of ours. */
export function isClassName(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= 128 && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(value)
  )
}

/** A class may be called anything, by a remote service too; a header takes ASCII only. */
function encode(className: string): string {
  // Nearly every name is written as it is: to see that costs a tenth of writing it anew.
  return plainName.test(className) ? className : encodeURIComponent(className.toWellFormed())
}

const plainName = /^\w+$/

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // not written by `identityHeaders`, so not ours
  }
}
