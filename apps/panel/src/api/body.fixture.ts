import { ValidationException } from 'evenkeel'
import { expect } from 'vitest'

/** What a body is taken for, or undefined where it is refused, as it must be: with a field and a sentence. */
export function parsed<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ValidationException)
    expect(Object.values((thrown as ValidationException).data.fields).join('')).not.toBe('')
    return undefined
  }
}
