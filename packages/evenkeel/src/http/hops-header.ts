import type { Exception } from '../exceptions/exception.ts'
import { type Hop, hopsOf } from '../exceptions/hops.ts'
import { parseTxId } from '../filters/tx-id.ts'
import { isClassName } from './identity-headers.ts'

/**
 * On the answer to an interrupted request of a service that is trusted: by which other services the exception came.
 * `VolumeNotFoundException;volumes;01KB…`, nearest first. Names only: what was said stays in each service's log.
 */
export const hopsHeader = 'evenkeel-hops'

/** The header's text, or undefined if the exception came by no other service. */
export function formatHops(exception: Exception): string | undefined {
  const hops = hopsOf(exception)
  if (hops.length === 0) return undefined
  return hops
    .map(({ className, service, txId = '' }) => [className, service, txId].map(encode).join(';'))
    .join(', ')
}

/** The hops that a header tells; what can't be one is left out. Never throws, whatever the text. */
export function parseHops(header: string | null | undefined): readonly Hop[] {
  if (header === null || header === undefined || header.length > headerCharsMax) return []
  return header.split(',').flatMap(text => {
    const [className, service, txId = '', ...rest] = text.trim().split(';').map(decode)
    if (!isClassName(className) || !isServiceName(service) || rest.length > 0) return []
    return [{ className, service, txId: parseTxId(txId) }]
  })
}

/** Ten hops of the longest names are shorter. */
const headerCharsMax = 8192

function isServiceName(value: string | undefined): value is string {
  return value !== undefined && /^[\p{L}\p{N}._-]{1,100}$/u.test(value)
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return '' // not written by `formatHops`, and no name
  }
}
