import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { choice, text } from './fields.ts'

const reasonOf = (field: ReturnType<typeof text | typeof choice>, given: unknown) =>
  field.safeParse(given).error?.issues[0]?.message

describe('a text', () => {
  it('is kept as it is, or refused with a reason', () => {
    const field = text()

    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), given => {
        const { success, data, error } = field.safeParse(given)

        expect(success ? data : error.issues[0]?.message).toEqual(
          success ? given : expect.stringMatching(/^(This|Must)/),
        )
      }),
    )
  })

  it.each([
    ['', 'This field may not be empty.'],
    [' \u3000 ', 'This field may not be empty.'],
    ['two\nlines', 'Must not contain line breaks or other control characters.'],
    // It would be kept as another text than was sent.
    ['half a \ud83d', 'Must be Unicode text: it has half of a surrogate pair in it.'],
    ['x'.repeat(256), 'Must have at most 255 characters.'],
  ])('%j is refused', (given, reason) => {
    expect(reasonOf(text(), given)).toBe(reason)
  })
})

describe('a choice', () => {
  it('that is none is named, as far as anybody would read it', () => {
    const reason = reasonOf(choice(['ssd', 'bulk']), 'x'.repeat(70_000))

    expect(reason).toMatch(/^"x{99}… is not a valid choice\. Choose one of ssd, bulk\.$/)
  })
})
