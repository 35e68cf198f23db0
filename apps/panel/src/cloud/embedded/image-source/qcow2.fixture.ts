import { deflateRawSync } from 'node:zlib'
import type { Bytes } from './qcow2.ts'

/** How a cluster is stored. */
export type Stored = 'plain' | 'compressed' | 'zero' | 'nowhere'

export interface Qcow2Options {
  readonly version: 2 | 3
  /** From 9 to 21. */
  readonly clusterBits: number
  /** How each cluster is stored, over and over; what is not all zeros is stored plainly instead of not at all. @default plain */
  readonly stored?: readonly Stored[]
}

/** For tests: the disk as an image in QEMU's format, without what counts the references to clusters, which no reader needs. */
export function qcow2Of(disk: Buffer, { version, clusterBits, stored = ['plain'] }: Qcow2Options): Buffer {
  const clusterBytes = 2 ** clusterBits
  const entries = clusterBytes / 8
  const clusterCount = Math.ceil(disk.length / clusterBytes)
  const l1Entries = Math.ceil(clusterCount / entries)
  const parts: Buffer[] = []
  let end = 0
  const add = (part: Buffer) => {
    const at = end
    parts.push(part)
    end += part.length
    return at
  }
  const align = () => add(Buffer.alloc((clusterBytes - (end % clusterBytes)) % clusterBytes))

  const header = Buffer.alloc(Math.max(clusterBytes, 112))
  add(header)
  align()
  const l1 = Buffer.alloc(l1Entries * 8)
  const l1Offset = add(l1)
  align()

  for (let table = 0; table < l1Entries; table++) {
    const l2 = Buffer.alloc(clusterBytes)
    for (let entry = 0; entry < entries; entry++) {
      const number = table * entries + entry
      if (number >= clusterCount) break
      const cluster = Buffer.alloc(clusterBytes)
      disk.copy(cluster, 0, number * clusterBytes)
      const how = stored[number % stored.length] ?? 'plain'
      l2.writeBigUInt64BE(store(cluster, how), entry * 8)
    }
    if (l2.every(byte => byte === 0)) continue
    align()
    l1.writeBigUInt64BE(BigInt(add(l2)) | (1n << 63n), table * 8)
  }

  header.write('QFI\xfb', 0, 'latin1')
  header.writeUInt32BE(version, 4)
  header.writeUInt32BE(clusterBits, 20)
  header.writeBigUInt64BE(BigInt(disk.length), 24)
  header.writeUInt32BE(l1Entries, 36)
  header.writeBigUInt64BE(BigInt(l1Offset), 40)
  if (version === 3) header.writeUInt32BE(4, 96)
  if (version === 3) header.writeUInt32BE(104, 100)
  return Buffer.concat(parts)

  function store(cluster: Buffer, how: Stored): bigint {
    const isEmpty = cluster.every(byte => byte === 0)
    if (isEmpty && how === 'nowhere') return 0n
    if (isEmpty && how === 'zero' && version === 3) return 1n
    if (how === 'compressed') {
      const small = deflateRawSync(cluster)
      const offsetBits = BigInt(62 - (clusterBits - 8))
      const offset = add(small) // Anywhere: compressed clusters share sectors.
      const moreSectors = Math.floor((offset + small.length - 1) / 512) - Math.floor(offset / 512)
      return (1n << 62n) | (BigInt(moreSectors) << offsetBits) | BigInt(offset)
    }
    align()
    return BigInt(add(cluster)) | (1n << 63n)
  }
}

/** Bytes in memory as a file. */
export function fileOf(bytes: Buffer): Bytes {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) => Buffer.from(bytes.subarray(offset, offset + length)),
  }
}
