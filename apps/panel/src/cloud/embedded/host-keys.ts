import { createHash, generateKeyPairSync } from 'node:crypto'

/** What a server shows of its host key. */
export interface HostKey {
  /** In OpenSSH's form: `ssh-ed25519 AAAA… root@hostname`. */
  readonly publicKey: string
  /** As `ssh` shows it when it asks whether to go on: `SHA256:…`. */
  readonly fingerprint: string
}

/** Makes a host key as a server does at its first boot. The private half is forgotten at once: nobody signs in. */
export function makeHostKey(hostname: string): HostKey {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  // The wire form of RFC 8709: the name and the key, each preceded by its length.
  const blob = Buffer.concat([
    lengthPrefixed('ssh-ed25519'),
    lengthPrefixed(Buffer.from(x as string, 'base64url')),
  ])
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')
  return {
    publicKey: `ssh-ed25519 ${blob.toString('base64')} root@${hostname}`,
    fingerprint: `SHA256:${digest}`,
  }
}

function lengthPrefixed(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
