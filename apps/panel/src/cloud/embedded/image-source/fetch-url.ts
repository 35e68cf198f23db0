import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { expectedStatus, ImageSourceException, unusable } from './image-source.ts'
import { type HostRules, hostOf, lookupIn, reachableAddresses } from './reachable-addresses.ts'

export interface FetchOptions {
  readonly hosts: HostRules
  /** How many times it may be led on. */
  readonly redirectsMax: number
  /** How long a host may say nothing, in milliseconds. */
  readonly silenceMs: number
  readonly signal: AbortSignal
}

/** What a URL leads to. It must be read to its end, or destroyed. */
export interface Fetched {
  /** As announced; undefined if it wasn't. */
  readonly lengthBytes: number | undefined
  /** @throws {ImageSourceException} it ends before its end */
  readonly body: AsyncIterable<Buffer>
  destroy(): void
}

/**
 * Fetches a URL from the public internet. Every hop is looked at like the first.
 *
 * @throws {ImageSourceException} it leads inwards or in circles, or the answer isn't what was asked for
 */
export async function fetchUrl(given: string, options: FetchOptions): Promise<Fetched> {
  let url = parsed(given)
  for (let redirects = 0; redirects <= options.redirectsMax; redirects++) {
    const answer = await get(url, options)
    const to = redirectOf(answer)
    if (to === undefined) return accepted(url, answer)
    answer.destroy()
    url = parsed(to, url)
  }
  throw unusable(`The URL leads on to another one more than ${options.redirectsMax} times.`)
}

/** Follows http and https only: nothing else is for everybody to read. */
function parsed(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw unusable('The URL leads to one that does not begin with http:// or https://.')
  }
  if (url.username !== '' || url.password !== '')
    throw unusable('The URL leads to one with a user name and password, which are not sent.')
  return url
}

async function get(url: URL, options: FetchOptions): Promise<IncomingMessage> {
  const { signal, silenceMs } = options
  const addresses = await unlessAborted(reachableAddresses(url, options.hosts), signal)
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const asked = request(url, {
    // A connection of its own: one from a pool could lead to an address that nobody looked at.
    agent: false,
    lookup: lookupIn(addresses),
    headers: { 'accept-encoding': 'identity', 'user-agent': 'evenkeel-image-import' },
    signal,
    timeout: silenceMs,
  })
  let answer: IncomingMessage | undefined
  asked.once('response', response => {
    answer = response
    resolve(response)
  })
  asked.once('timeout', () => (answer ?? asked).destroy(silent(url, silenceMs)))
  // What goes wrong after the answer is told to whoever reads the body.
  asked.on('error', reject)
  asked.end()
  try {
    return await promise
  } catch (thrown) {
    signal.throwIfAborted()
    throw thrown instanceof ImageSourceException
      ? thrown
      : unusable(`No connection to ${hostOf(url)}: ${reasonOf(thrown)}.`, thrown)
  }
}

/** A resolver can't be told to stop: what it finds out later is nobody's concern any more. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    return await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return [301, 302, 303, 307, 308].includes(statusCode) ? headers.location : undefined
}

function accepted(url: URL, answer: IncomingMessage): Fetched {
  const { statusCode = 0, headers } = answer
  const encoding = headers['content-encoding']
  const problem =
    statusCode !== 200
      ? expectedStatus(statusCode)
      : /^text\/html\b/i.test(headers['content-type'] ?? '')
        ? 'The URL leads to a web page, not to an image.'
        : encoding !== undefined && encoding !== 'identity'
          ? `${hostOf(url)} sent the image compressed (${encoding}), which was not asked for.`
          : undefined
  if (problem !== undefined) {
    answer.destroy()
    throw unusable(problem)
  }
  const length = headers['content-length']
  return {
    lengthBytes: length === undefined ? undefined : Number(length),
    body: wholeBody(url, answer),
    destroy: () => answer.destroy(),
  }
}

async function* wholeBody(url: URL, answer: IncomingMessage): AsyncGenerator<Buffer> {
  let bytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length
      yield chunk
    }
  } catch (thrown) {
    if (thrown instanceof ImageSourceException) throw thrown
    throw unusable(`The transfer from ${hostOf(url)} broke off after ${bytes} bytes.`, thrown)
  }
}

function silent(url: URL, silenceMs: number): ImageSourceException {
  return unusable(`The host ${hostOf(url)} sent nothing for ${silenceMs / 1000} seconds.`)
}

function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as { readonly code?: string; readonly message?: string }
  return code ?? message ?? 'it failed'
}
