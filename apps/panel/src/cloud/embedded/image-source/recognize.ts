import type { SourceFormat } from '../../images.ts'
import { unusable } from './image-source.ts'

/** How much of an image's beginning tells what it is: an ISO says so behind its first 16 sectors of 2048 bytes. */
export const beginningBytes = 16 * 2048 + 6

/** What files begin with that are often taken for images, or are images of another kind. */
const kinds: readonly { readonly name: string; readonly at?: number; readonly magic: string }[] = [
  { name: 'a qcow2 image', magic: 'QFI\xfb' },
  { name: 'a VMDK image', magic: 'KDMV' },
  { name: 'a VMDK image', magic: '# Disk DescriptorFile' },
  { name: 'a VHD image', magic: 'conectix' },
  { name: 'a VHDX image', magic: 'vhdxfile' },
  { name: 'a VDI image', magic: '<<< ' },
  { name: 'compressed with gzip', magic: '\x1f\x8b' },
  { name: 'compressed with xz', magic: '\xfd7zXZ\0' },
  { name: 'compressed with bzip2', magic: 'BZh' },
  { name: 'compressed with zstd', magic: '\x28\xb5\x2f\xfd' },
  { name: 'a zip archive', magic: 'PK\x03\x04' },
  { name: 'a tar archive', at: 257, magic: 'ustar' },
]

/**
 * Raw images have no mark of their own: what is plainly something else is refused.
 *
 * @param beginning the first `beginningBytes`, or all of a shorter image
 * @throws {ImageSourceException} it isn't of the format
 */
export function requireFormat(format: SourceFormat, beginning: Buffer): void {
  const kind = isPage(beginning)
    ? 'a web page'
    : kinds.find(({ at = 0, magic }) => holds(beginning, at, magic))?.name
  switch (format) {
    case 'qcow2':
      if (!holds(beginning, 0, 'QFI\xfb')) throw wrongFormat('a qcow2 image', kind)
      break
    case 'iso':
      if (!holds(beginning, 16 * 2048 + 1, 'CD001')) throw wrongFormat('an ISO image', kind)
      break
    case 'raw':
      if (kind !== undefined) throw wrongFormat('a raw image', kind)
      break
  }
}

function wrongFormat(wanted: string, kind: string | undefined) {
  return unusable(
    kind === undefined
      ? `What the URL leads to is not ${wanted}.`
      : `What the URL leads to is not ${wanted}: it is ${kind}.`,
  )
}

function holds(bytes: Buffer, at: number, magic: string): boolean {
  return bytes.subarray(at, at + magic.length).equals(Buffer.from(magic, 'latin1'))
}

function isPage(beginning: Buffer): boolean {
  return /^\s*<(!doctype|html|\?xml)\b/i.test(beginning.subarray(0, 1024).toString('latin1'))
}
