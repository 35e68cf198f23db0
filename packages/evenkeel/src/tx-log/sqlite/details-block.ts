import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { UnpackedRow } from './packed-rows.ts'

/**
 * The details of so many rows at most are kept together: alone a row hardly compresses, a compressor takes longer to
 * begin than to compress one, and with too many others it takes long to read.
 */
export const rowsPerBlock = 16

const compression = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_checksumFlag]: 1,
}

/**
 * The lines of these rows, out of `details`, as a block holds them: with ends between them. JSON never holds a line's
 * end as it is.
 */
export function linesOf(rows: readonly UnpackedRow[], details: Uint8Array): Uint8Array {
  const runs: { from: number; to: number }[] = []
  for (const { details: line } of rows) {
    if (line === null) continue
    const run = runs.at(-1)
    if (run?.to === line.from) run.to = line.to
    else runs.push({ ...line })
  }
  const pieces = runs.map(({ from, to }) => details.subarray(from, to))
  // Mostly they stand side by side already.
  const lines = pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces)
  return lines.subarray(0, -1)
}

/** Most blocks are decoded in one piece of this. */
const decodedChunkBytes = 32 * 1024

/** The details of several rows as they stand in the file. */
export function encodeBlock(lines: Uint8Array): Uint8Array {
  return zstdCompressSync(lines, { params: compression, pledgedSrcSize: lines.length })
}

/** @throws {DamagedBlockError} the bytes are not those of a block */
export function decodeBlock(block: Uint8Array): Buffer {
  try {
    return zstdDecompressSync(block, { chunkSize: decodedChunkBytes })
  } catch (error) {
    throw new DamagedBlockError(error)
  }
}

const lineEnd = '\n'.charCodeAt(0)

/** One row's details, out of all that were decoded: mostly it is but one of them that is asked for. */
export function lineOf(decoded: Buffer, place: number): string {
  let from = 0
  for (let at = 0; at < place; at++) from = decoded.indexOf(lineEnd, from) + 1
  const end = decoded.indexOf(lineEnd, from)
  return decoded.toString('utf8', from, end < 0 ? decoded.length : end)
}

/** Bytes of a slice that SQLite takes for sound and that aren't what was written. */
export class DamagedBlockError extends Error {
  constructor(cause: unknown) {
    super("The details of some of the slice's rows can not be read.", { cause })
  }
}
