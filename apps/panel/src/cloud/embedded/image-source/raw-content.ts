import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { ImageContent } from '../../images.ts'
import { unusable } from './image-source.ts'

/** How much is looked at without letting anything else happen. */
const gulpBytes = 256 * 1024

/**
 * Size and checksums of an image in its raw form, as it comes.
 *
 * @throws {ImageSourceException} it holds nothing, or too much
 */
export async function contentOf(
  raw: AsyncIterable<Buffer> | Iterable<Buffer>,
  sizeBytesMax: number,
): Promise<ImageContent> {
  const [md5, sha256] = [createHash('md5'), createHash('sha256')]
  let sizeBytes = 0
  let sinceTurnBytes = 0
  for await (const chunk of raw) {
    sizeBytes += chunk.length
    if (sizeBytes > sizeBytesMax) throw tooLarge(sizeBytesMax)
    md5.update(chunk)
    sha256.update(chunk)
    sinceTurnBytes += chunk.length
    // What is at hand comes without any waiting, and the same thread answers requests.
    if (sinceTurnBytes >= gulpBytes) {
      sinceTurnBytes = 0
      await turn()
    }
  }
  if (sizeBytes === 0) throw unusable('The image is empty.')
  return { sizeBytes, md5: md5.digest('hex'), sha256: sha256.digest('hex') }
}

export function tooLarge(sizeBytesMax: number) {
  return unusable(`The image is larger than ${sizeBytesMax / 2 ** 30} GB, the most that can be imported.`)
}
