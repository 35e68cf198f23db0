import { BadClientRequestException } from 'evenkeel'
import type { ImageContent, SourceFormat } from '../../images.ts'

/** Where the content of images comes from. */
export interface ImageSource {
  /**
   * Fetches what a URL leads to, and looks at all of it.
   *
   * @throws {ImageSourceException} that is no image, or can't be had
   */
  fetch(
    wanted: { readonly url: string; readonly format: SourceFormat },
    signal: AbortSignal,
  ): Promise<ImageContent>
}

/** What a URL leads to can't be imported. The message is for whoever gave the URL: it tells nothing of our own network. */
export class ImageSourceException extends BadClientRequestException {}

export function unusable(message: string, cause?: unknown): ImageSourceException {
  return new ImageSourceException(message, cause === undefined ? {} : { cause })
}

/** What a web server answers to that has no such file. */
export const expectedStatus = (status: number) => `Expected HTTP 200, got HTTP ${status}`
