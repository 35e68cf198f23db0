import type { ImageContent, SourceFormat } from '../../images.ts'
import { type Fetched, fetchUrl } from './fetch-url.ts'
import { type ImageSource, unusable } from './image-source.ts'
import { readQcow2 } from './qcow2.ts'
import { contentOf, tooLarge } from './raw-content.ts'
import { addressesOfInterfaces, type HostRules, systemResolver } from './reachable-addresses.ts'
import { beginningBytes, requireFormat } from './recognize.ts'
import { temporaryFile } from './temporary-file.ts'

export interface FetchingImageSourceOptions extends Partial<HostRules> {
  /** How large an image can be, in its raw form and as it is fetched. @default 50 GB */
  readonly sizeBytesMax?: number
  /** How many times a URL may lead on to another. @default 5 */
  readonly redirectsMax?: number
  /** How long a host may say nothing, in milliseconds. @default 30_000 */
  readonly silenceMs?: number
  /** How long it may take in all, in milliseconds. @default 15 minutes */
  readonly timeMs?: number
}

/** Fetches images for real, from the public internet and what is allowed beside it. */
export function fetchingImageSource({
  internalHosts = new Set(),
  isUnknownHostEmpty = false,
  resolve = systemResolver,
  ownAddresses = addressesOfInterfaces,
  sizeBytesMax = 50 * 2 ** 30,
  redirectsMax = 5,
  silenceMs = 30_000,
  timeMs = 15 * 60_000,
}: FetchingImageSourceOptions = {}): ImageSource {
  const hosts = { internalHosts, isUnknownHostEmpty, resolve, ownAddresses }
  return {
    async fetch({ url, format }, signal) {
      const timeIsUp = AbortSignal.timeout(timeMs)
      const either = AbortSignal.any([signal, timeIsUp])
      try {
        const fetched = await fetchUrl(url, { hosts, redirectsMax, silenceMs, signal: either })
        try {
          return await examine(fetched, { format, sizeBytesMax, signal: either })
        } finally {
          fetched.destroy()
        }
      } catch (thrown) {
        signal.throwIfAborted()
        if (!timeIsUp.aborted) throw thrown
        throw unusable(`The import took longer than ${timeMs / 60_000} minutes.`, thrown)
      }
    },
  }
}

interface ExamineOptions {
  readonly format: SourceFormat
  readonly sizeBytesMax: number
  readonly signal: AbortSignal
}

async function examine(
  { body, lengthBytes = 0 }: Fetched,
  { format, sizeBytesMax, signal }: ExamineOptions,
): Promise<ImageContent> {
  if (lengthBytes > sizeBytesMax) throw tooLarge(sizeBytesMax)
  const checked = ofFormat(format, interruptible(body, signal))
  if (format !== 'qcow2') return contentOf(checked, sizeBytesMax)

  await using file = await temporaryFile()
  for await (const chunk of checked) {
    if (file.sizeBytes + chunk.length > sizeBytesMax) throw tooLarge(sizeBytesMax)
    await file.append(chunk)
  }
  const image = await readQcow2(file, sizeBytesMax)
  return await contentOf(interruptible(image.content(), signal), sizeBytesMax)
}

/** The same, once its beginning has been looked at. */
async function* ofFormat(format: SourceFormat, body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let beginning: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of body) {
    if (beginning === undefined) {
      yield chunk
      continue
    }
    beginning = Buffer.concat([beginning, chunk])
    if (beginning.length < beginningBytes) continue
    requireFormat(format, beginning)
    yield beginning
    beginning = undefined
  }
  if (beginning === undefined) return
  requireFormat(format, beginning)
  yield beginning
}

async function* interruptible(chunks: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    yield chunk
  }
}
