import { readFileSync } from 'node:fs'

export interface Lines {
  readonly business: number
  readonly error: number
}

export const sizes = ['two', 'three', 'five'] as const
export type Size = (typeof sizes)[number]

/**
 * How many lines of a search deal with what it is for, and how many with what may fail. With classes, an error line
 * is one that names an exception or `failOpen`. With codes it is every line that the version with classes can do
 * without: more than its business lines. Only the functions count; imports, comments and empty lines do not, and
 * neither does what all sizes share (`codes/get.ts`, `codes/answer.ts`; the library).
 */
export function linesOf(size: Size): { codes: Lines; classes: Lines } {
  const classes = linesIn(`classes/${size}-systems.ts`)
  const error = classes.filter(line => /Exception|failOpen/.test(line)).length
  const business = classes.length - error
  const codes = linesIn(`codes/${size}-systems.ts`).length
  return { codes: { business, error: codes - business }, classes: { business, error } }
}

function linesIn(file: string): string[] {
  const source = readFileSync(new URL(file, import.meta.url), 'utf8')
  const body = source.slice(source.indexOf('export function'))
  return body.split('\n').filter(line => line.trim() !== '' && !line.trim().startsWith('//'))
}
