import { type ExceptionClass, InternalException, type Json, type PublicData } from '../exceptions/index.ts'
import { isPublicData } from '../exceptions/wire.ts'

/**
 * One kind of answer by which a service says that it failed without speaking of exceptions: by a status, by a field
 * of its body, or by both. All that a row names must hold.
 */
export interface AnswerRow {
  /** @default any, a success too: some services answer 200 and write the failure into the body */
  readonly status?: number
  /** The path of a field of the JSON body, such as `error.code` or `errors.0.reason`. @default none is looked at */
  readonly field?: string
  /** What the field holds. @default anything: it is there */
  readonly equals?: string | number | boolean | null
  /** What such an answer is to the code that calls. */
  readonly exception: ExceptionClass
  /** What the exception knows of the body. @default status and, if one is named, the field */
  readonly data?: (body: Json) => PublicData
  /** What is told of it. Of a client exception it may reach users, so nothing secret belongs in it. @default service, operation, status and field */
  readonly message?: string
}

/** A service's failures, the first matching row first. */
export type AnswerTable = readonly AnswerRow[]

/**
 * @throws {InternalException} a row says nothing of the answers that it is meant for
 */
export function checkAnswerTable(table: AnswerTable, service: string): void {
  for (const { status, field, exception } of table) {
    if (status !== undefined || field !== undefined) continue
    throw new InternalException(
      `The row for ${exception.name} in the answers of ${service} takes every answer. Name a status or a field.`,
    )
  }
}

/** The first row that an answer matches. */
export function rowOf(table: AnswerTable, status: number, body: Json | undefined): AnswerRow | undefined {
  return table.find(row => {
    if (row.status !== undefined && row.status !== status) return false
    if (row.field === undefined) return true
    const found = fieldOf(body, row.field)
    return found !== undefined && (row.equals === undefined || row.equals === found)
  })
}

/** What a body holds at a path, or undefined where it holds nothing. */
export function fieldOf(body: Json | undefined, path: string): Json | undefined {
  let value = body
  for (const name of path.split('.')) {
    // Arrays are objects too: `0` is the name of their first field.
    const holder: Json | undefined = Array.isArray(value) ? { ...value } : value
    value = isPublicData(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined
  }
  return value
}
