import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { InternalException } from 'evenkeel'

/** A secret that was sealed can't be read with the key at hand. */
export class SecretSealedOtherwiseException extends InternalException<{ owner: string }> {
  constructor(owner: string, cause: unknown) {
    super(
      `The secret of ${owner} can not be read: was the secret key changed? Start with the key that it was sealed with.`,
      { cause, data: { owner } },
    )
  }
}

/** Keeps secrets that must be shown again, such as the keys of objects users, so that the records alone tell nothing of them. */
export interface SecretBox {
  /** Encrypts a secret. It can be opened for this owner only. */
  seal(secret: string, owner: string): string
  /** @throws {SecretSealedOtherwiseException} it was sealed with another key, or for another owner */
  open(sealed: string, owner: string): string
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM: nonce, tag and text in base64, with the owner as what is authenticated beside. @param key 32 bytes */
export function secretBox(key: Uint8Array): SecretBox {
  return {
    seal(secret, owner) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(owner))
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64')
    },
    open(sealed, owner) {
      const bytes = Buffer.from(sealed, 'base64')
      const [nonce, tag] = [bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes, nonceBytes + tagBytes)]
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
        decipher.setAAD(Buffer.from(owner))
        decipher.setAuthTag(tag)
        const text = bytes.subarray(nonceBytes + tagBytes)
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new SecretSealedOtherwiseException(owner, cause)
      }
    },
  }
}
