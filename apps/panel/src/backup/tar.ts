import { InternalException } from 'evenkeel'

// POSIX ustar, as far as it takes to keep files of one owner: what any `tar` lists and unpacks.

/** A file on its way into an archive. */
export interface FileToPack {
  /** At most 100 bytes. */
  readonly name: string
  /** Exactly so much its content must amount to. */
  readonly sizeBytes: number
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** A file on its way out of an archive. Its content must be read before the next file is asked for. */
export interface PackedFile {
  readonly name: string
  readonly sizeBytes: number
  readonly content: AsyncIterable<Uint8Array>
}

/** The bytes are not an archive, or end before it does. */
export class NotAnArchiveError extends Error {}

const blockBytes = 512
const zeros = new Uint8Array(blockBytes)

/** The bytes of an archive, block by block. */
export async function* pack(
  files: Iterable<FileToPack> | AsyncIterable<FileToPack>,
): AsyncGenerator<Uint8Array> {
  for await (const { name, sizeBytes, content } of files) {
    yield header(name, sizeBytes)
    let packedBytes = 0
    for await (const chunk of content) {
      packedBytes += chunk.length
      yield chunk
    }
    if (packedBytes !== sizeBytes)
      throw new InternalException(`${name} has ${packedBytes} bytes, and ${sizeBytes} were announced.`)
    yield zeros.subarray(0, paddingOf(sizeBytes))
  }
  // The end is two empty blocks.
  yield zeros
  yield zeros
}

/** The files of an archive, in their order. @throws {NotAnArchiveError} */
export async function* unpack(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<PackedFile> {
  const source = new Source(bytes)
  try {
    for (;;) {
      const block = await source.exactly(blockBytes)
      if (block.every(byte => byte === 0)) return
      const { name, sizeBytes } = readHeader(block)
      yield { name, sizeBytes, content: source.upTo(sizeBytes) }
      await source.exactly(paddingOf(sizeBytes))
    }
  } finally {
    await source.close()
  }
}

function paddingOf(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes
}

// Where a header's fields are: name at 0, mode at 100, size at 124, time at 136, checksum at 148, type at 156, magic at 257.
const sizeAt = 124
const checksumAt = 148
const typeAt = 156
const octalDigitsMax = 11

function header(name: string, sizeBytes: number): Uint8Array {
  const block = Buffer.alloc(blockBytes)
  if (Buffer.byteLength(name) > 100) throw new InternalException(`The name ${name} has more than 100 bytes.`)
  block.write(name, 0)
  block.write('0000600\0', 100)
  block.write('0000000\0', 108)
  block.write('0000000\0', 116)
  writeSize(block, sizeBytes)
  block.write('00000000000\0', 136)
  block.write('0', typeAt)
  block.write('ustar\u000000', 257)
  block.write(`${checksumOf(block).toString(8).padStart(6, '0')}\0 `, checksumAt)
  return block
}

// Eleven octal digits end at 8 GiB. What is larger stands there as a binary number, its first bit set: GNU's way, which all know.
function writeSize(block: Buffer, sizeBytes: number): void {
  const octal = sizeBytes.toString(8)
  if (octal.length <= octalDigitsMax) {
    block.write(`${octal.padStart(octalDigitsMax, '0')}\0`, sizeAt)
    return
  }
  block[sizeAt] = 0x80
  block.writeBigUInt64BE(BigInt(sizeBytes), sizeAt + 4)
}

function readHeader(bytes: Uint8Array): { readonly name: string; readonly sizeBytes: number } {
  const block = Buffer.from(bytes)
  const checksum = Number.parseInt(textAt(block, checksumAt, 8), 8)
  if (checksum !== checksumOf(block)) throw new NotAnArchiveError('a header does not add up')
  const name = textAt(block, 0, 100)
  // Archives of before POSIX have no type for files.
  if (!['0', ''].includes(textAt(block, typeAt, 1))) throw new NotAnArchiveError(`${name} in it is no file`)
  return { name, sizeBytes: sizeIn(block) }
}

function sizeIn(block: Buffer): number {
  if (block[sizeAt] === 0x80) return Number(block.readBigUInt64BE(sizeAt + 4))
  return Number.parseInt(textAt(block, sizeAt, 12), 8)
}

function textAt(block: Buffer, from: number, length: number): string {
  const text = block.toString('utf8', from, from + length)
  return text.split('\0', 1)[0] ?? ''
}

/** The sum of all bytes, with those of the sum itself taken for spaces. */
function checksumOf(block: Buffer): number {
  let sum = 0
  for (const [at, byte] of block.entries()) sum += at >= checksumAt && at < checksumAt + 8 ? 0x20 : byte
  return sum
}

/** Bytes that arrive in pieces of any size, taken in the pieces that are wanted. */
class Source {
  readonly #chunks: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#chunks = bytes[Symbol.asyncIterator]()
  }

  async exactly(length: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for await (const part of this.upTo(length)) parts.push(part)
    return Buffer.concat(parts)
  }

  /** @throws {NotAnArchiveError} there are fewer */
  async *upTo(length: number): AsyncGenerator<Uint8Array> {
    let left = length
    while (left > 0) {
      if (this.#rest.length === 0) this.#rest = await this.#next()
      const part = this.#rest.subarray(0, left)
      this.#rest = this.#rest.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  /** Lets go of where the bytes come from, whether all were read or not. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  async #next(): Promise<Uint8Array> {
    const { done, value } = await this.#chunks.next()
    if (done === true) throw new NotAnArchiveError('it ends too early')
    return value
  }
}
