import { EmptyBodyException, MalformedJsonException } from './exceptions.ts'

/**
 * The value that a body's text holds.
 *
 * @throws {EmptyBodyException}
 * @throws {MalformedJsonException} also for a property that would poison a prototype
 */
export function parseJson(text: string): unknown {
  if (text === '') throw new EmptyBodyException()
  try {
    const value: unknown = JSON.parse(text)
    if (mayPoison.test(text)) refusePoison(value)
    return value
  } catch (cause) {
    throw new MalformedJsonException(whyNotJson(text), { cause })
  }
}

/** Where the text stops being JSON. The text itself is not quoted: a password may stand beside the mistake. */
export function whyNotJson(text: string): string {
  try {
    JSON.parse(text)
    return 'it names a property __proto__ or constructor, which no one needs and attackers try'
  } catch (error) {
    const message = String(error)
    if (/end of JSON input|Unterminated/.test(message)) return 'it ends too early'
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? []
    if (line !== undefined) return `look at line ${line}, column ${column}`
    const [, character] = /Unexpected token '(.)'/su.exec(message) ?? []
    return character === undefined
      ? 'something in it is out of place'
      : `a ${character} is out of place in it`
  }
}

/** An escape may stand for any letter, so that the names themselves are looked at then. */
const mayPoison = /__proto__|constructor|\\u/i

/** What copies such a property into another object changes that one's prototype. */
function refusePoison(value: unknown): void {
  const waiting: unknown[] = [value]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue
    if (Object.hasOwn(next, '__proto__')) throw new SyntaxError('It names a property __proto__.')
    if (Object.hasOwn(next, 'constructor') && hasPrototype(Reflect.get(next, 'constructor'))) {
      throw new SyntaxError('It names a property constructor.prototype.')
    }
    for (const inner of Object.values(next))
      if (typeof inner === 'object' && inner !== null) waiting.push(inner)
  }
}

function hasPrototype(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')
}
