import { inflateRawSync } from 'node:zlib'
import { unusable } from './image-source.ts'
import { tooLarge } from './raw-content.ts'

/** Bytes that can be read at any place. */
export interface Bytes {
  readonly sizeBytes: number
  /** Exactly so many, all of which are there. */
  read(offset: number, length: number): Promise<Buffer>
}

/** An image in QEMU's format: a disk in clusters, of which only those are stored that something was written to. */
export interface Qcow2 {
  /** Of the disk. */
  readonly sizeBytes: number
  /** The disk, from its beginning to its end. */
  content(): AsyncGenerator<Buffer>
}

/**
 * Reads an image of version 2 or 3 that stands for itself, stored plainly or compressed with zlib. Snapshots within are
 * passed over.
 *
 * @see https://www.qemu.org/docs/master/interop/qcow2.html
 * @throws {ImageSourceException} it is damaged, too large, or needs what this reader doesn't have; so does `content`
 */
export async function readQcow2(file: Bytes, sizeBytesMax: number): Promise<Qcow2> {
  const header = parseHeader(await readAll(file, 0, Math.min(file.sizeBytes, headerBytes)), sizeBytesMax)
  const { sizeBytes, l1Offset, l1Entries } = header
  const tablesNeeded = Math.ceil(sizeBytes / bytesPerTable(header))
  if (l1Entries < tablesNeeded) throw damaged('its first table is too short for its size')
  const l1 = await readAll(file, l1Offset, tablesNeeded * entryBytes)
  return { sizeBytes, content: () => trimmed(clusters(file, header, l1), sizeBytes) }
}

const headerBytes = 112
const entryBytes = 8

interface Header {
  readonly version: number
  readonly sizeBytes: number
  readonly clusterBytes: number
  readonly l1Offset: number
  readonly l1Entries: number
}

/** How much of the disk one table of the second level tells of. */
function bytesPerTable({ clusterBytes }: Header): number {
  return clusterBytes * (clusterBytes / entryBytes)
}

function parseHeader(bytes: Buffer, sizeBytesMax: number): Header {
  if (bytes.length < 72) throw damaged('its header is cut off')
  if (bytes.toString('latin1', 0, 4) !== 'QFI\xfb') throw damaged('it does not begin like one')
  const version = bytes.readUInt32BE(4)
  if (version !== 2 && version !== 3) throw unreadable(`is of version ${version}, not 2 or 3`)
  // The file beside it would be one of ours.
  if (bytes.readBigUInt64BE(8) !== 0n) throw unreadable('needs another file beside it (a backing file)')
  if (bytes.readUInt32BE(32) !== 0) throw unreadable('is encrypted')
  if (version === 3) requireKnownFeatures(bytes)
  const clusterBits = bytes.readUInt32BE(20)
  if (clusterBits < 9 || clusterBits > 21) throw damaged(`its clusters have 2^${clusterBits} bytes`)
  const sizeBytes = Number(bytes.readBigUInt64BE(24))
  if (sizeBytes > sizeBytesMax) throw tooLarge(sizeBytesMax)
  return {
    version,
    sizeBytes,
    clusterBytes: 2 ** clusterBits,
    l1Offset: Number(bytes.readBigUInt64BE(40)),
    l1Entries: bytes.readUInt32BE(36),
  }
}

/** Not closed properly is fine: that is only about what counts the references to clusters. */
const mayBeSet = 1n

function requireKnownFeatures(bytes: Buffer): void {
  if (bytes.length < 104) throw damaged('its header is cut off')
  const features = bytes.readBigUInt64BE(72)
  if ((features & 2n) !== 0n) throw damaged('it says so itself')
  if ((features & 4n) !== 0n) throw unreadable('keeps its data in another file beside it')
  if ((features & 8n) !== 0n) throw unreadable('is compressed otherwise than with zlib')
  if ((features & 16n) !== 0n) throw unreadable('has subclusters (extended L2 entries)')
  if ((features & ~mayBeSet) !== 0n) throw unreadable('has features that are not known here')
}

async function* clusters(file: Bytes, header: Header, l1: Buffer): AsyncGenerator<Buffer> {
  const { clusterBytes } = header
  for (const place of entriesOf(l1)) {
    const offset = placeIn(place)
    if (offset === 0) yield* zeros(bytesPerTable(header))
    else {
      for (const entry of entriesOf(await readAll(file, offset, clusterBytes))) {
        const written = await cluster(file, header, entry)
        if (written === undefined) yield* zeros(clusterBytes)
        else yield written
      }
    }
  }
}

function* entriesOf(table: Buffer): Generator<bigint> {
  for (let at = 0; at < table.length; at += entryBytes) yield table.readBigUInt64BE(at)
}

const zeroBytes = Buffer.alloc(64 * 1024)

function* zeros(length: number): Generator<Buffer> {
  for (let leftBytes = length; leftBytes > 0; leftBytes -= zeroBytes.length) {
    yield leftBytes < zeroBytes.length ? zeroBytes.subarray(0, leftBytes) : zeroBytes
  }
}

const isCompressed = 1n << 62n
/** In version 2 there was no such bit. */
const readsAsZeros = 1n

/** @returns undefined for one that was never written to */
async function cluster(file: Bytes, header: Header, entry: bigint): Promise<Buffer | undefined> {
  if ((entry & isCompressed) !== 0n) return inflated(file, header, entry)
  const offset = placeIn(entry)
  if (offset === 0 || (header.version === 3 && (entry & readsAsZeros) !== 0n)) return undefined
  return readAll(file, offset, header.clusterBytes)
}

/** The offset in a table's entry: bits 9 to 55. */
function placeIn(entry: bigint): number {
  return Number(entry & 0x00ff_ffff_ffff_fe00n)
}

const sectorBytes = 512

async function inflated(file: Bytes, { clusterBytes }: Header, entry: bigint): Promise<Buffer> {
  // The larger a cluster, the more bits say how many sectors it takes.
  const offsetBits = BigInt(62 - (Math.log2(clusterBytes) - 8))
  const offset = Number(BigInt.asUintN(Number(offsetBits), entry))
  const moreSectors = Number((entry & (isCompressed - 1n)) >> offsetBits)
  const end = offset - (offset % sectorBytes) + (moreSectors + 1) * sectorBytes
  // The sector that it ends in needs not be there as a whole.
  const stored = await readAll(file, offset, Math.min(end, file.sizeBytes) - offset)
  const plain = inflate(stored, clusterBytes)
  if (plain?.length !== clusterBytes) throw damaged('a compressed cluster can not be read')
  return plain
}

/** @returns undefined if that is not what it was */
function inflate(stored: Buffer, clusterBytes: number): Buffer | undefined {
  try {
    return inflateRawSync(stored, { maxOutputLength: clusterBytes })
  } catch {
    return undefined
  }
}

/** The disk's last cluster needs not be full. */
async function* trimmed(clusters: AsyncGenerator<Buffer>, sizeBytes: number): AsyncGenerator<Buffer> {
  let leftBytes = sizeBytes
  for await (const cluster of clusters) {
    yield leftBytes < cluster.length ? cluster.subarray(0, leftBytes) : cluster
    leftBytes -= cluster.length
    if (leftBytes <= 0) return
  }
}

async function readAll(file: Bytes, offset: number, length: number): Promise<Buffer> {
  if (length < 0 || offset + length > file.sizeBytes) throw damaged('it refers to what is beyond its end')
  return file.read(offset, length)
}

function damaged(how: string) {
  return unusable(`The qcow2 image is damaged: ${how}.`)
}

function unreadable(how: string) {
  return unusable(
    `The qcow2 image ${how}, which can not be imported. Convert it with qemu-img, or import it raw.`,
  )
}
