import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Certificate, certificateText } from './certificate.ts'

export interface MatchOptions {
  /** Whether to keep this certificate from now on. @default whether CERTIFY is set in the environment */
  accepts?: boolean
}

/**
 * Compares a certificate with the one that is kept beside the code, as `<action>.json`, with a page to read as
 * `<action>.md`: so that what is proved changes only on purpose.
 *
 * @param folder where certificates are kept
 * @throws {CertificateChangedError} it says something else, or none is kept yet
 */
export function matchCertificate(
  certificate: Certificate,
  folder: URL | string,
  { accepts = process.env['CERTIFY'] !== undefined }: MatchOptions = {},
): void {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder)
  const file = join(path, `${certificate.action}.json`)
  const text = `${JSON.stringify(certificate, undefined, 2)}\n`
  if (accepts) {
    mkdirSync(path, { recursive: true })
    writeFileSync(file, text)
    writeFileSync(join(path, `${certificate.action}.md`), certificateText(certificate))
    return
  }
  if (!existsSync(file)) throw new CertificateChangedError(file, ['there is none yet'])
  const kept: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const differences = differencesOf(kept, JSON.parse(text))
  if (differences.length > 0) throw new CertificateChangedError(file, differences)
}

/** What a proof shows is not what the kept certificate says. */
export class CertificateChangedError extends Error {
  constructor(file: string, differences: readonly string[]) {
    super(
      `The certificate ${file} does not say what the proof shows now: ${differences.join('; ')}. If that is meant, run the test again with CERTIFY=1, read what changed, and keep it.`,
    )
    this.name = 'CertificateChangedError'
  }
}

function differencesOf(kept: unknown, shown: unknown, path = ''): readonly string[] {
  if (JSON.stringify(kept) === JSON.stringify(shown)) return []
  if (!isObject(kept) || !isObject(shown)) {
    return [`${path || 'it'} was ${JSON.stringify(kept)} and is ${JSON.stringify(shown)}`]
  }
  return [...new Set([...Object.keys(kept), ...Object.keys(shown)])].flatMap(key =>
    differencesOf(kept[key], shown[key], path === '' ? key : `${path}.${key}`),
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
