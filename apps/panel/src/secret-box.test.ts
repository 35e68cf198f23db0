import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SecretSealedOtherwiseException, secretBox } from './secret-box.ts'

describe('a box of secrets', () => {
  const box = secretBox(randomBytes(32))

  it('opens for its owner what was sealed for it, and shows nothing of it until then', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8 }), fc.string(), (secret, owner) => {
        const sealed = box.seal(secret, owner)

        expect(Buffer.from(sealed, 'base64').includes(secret)).toBe(false)
        expect(box.open(sealed, owner)).toBe(secret)
      }),
      { numRuns: 50 },
    )
  })

  it('seals the same secret otherwise each time', () => {
    expect(box.seal('secret', 'me')).not.toBe(box.seal('secret', 'me'))
  })

  it('opens for nobody else, with no other key, and nothing that was tampered with', () => {
    const sealed = box.seal('secret', 'me')
    const bytes = Buffer.from(sealed, 'base64')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1

    expect(() => box.open(sealed, 'somebody else')).toThrow(SecretSealedOtherwiseException)
    expect(() => secretBox(randomBytes(32)).open(sealed, 'me')).toThrow(SecretSealedOtherwiseException)
    expect(() => box.open(bytes.toString('base64'), 'me')).toThrow(SecretSealedOtherwiseException)
    expect(() => box.open('', 'me')).toThrow(SecretSealedOtherwiseException)
  })
})
