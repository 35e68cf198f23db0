import { BlockList, isIP, SocketAddress } from 'node:net'
import type { Rate } from './api/rate-limiter.ts'
import { type ImageSettings, readImageUrls, readInternalHosts } from './image-settings.ts'
import { StartRefusedException } from './start-refused.ts'

/** What can be set from outside, all by environment variables, all optional. */
export interface Settings extends ImageSettings {
  /** `HOST`: the address to listen on. @default 127.0.0.1 */
  readonly host: string
  /** `PORT`. @default 8080 */
  readonly port: number
  /** `DATA_DIR`: the folder that holds everything that the panel keeps. @default ./data */
  readonly dataDir: string
  /** `API_PREFIX`: what stands before `/v1`, such as `/api`. @default nothing */
  readonly apiPrefix: string
  /** `PUBLIC_URL`: where clients find the panel, without a slash at the end. @default what each request was sent to */
  readonly publicUrl: string | undefined
  /** `TRUSTED_PROXIES`: whose forwarded headers are believed. @default nobody's */
  readonly trustedProxies: BlockList
  /** `PANEL_TOKEN`: a token of the demo project. @default generated at the first start */
  readonly panelToken: string | undefined
  /** `CONSOLE_TOKEN`: a token of the operators. @default generated at the first start */
  readonly consoleToken: string | undefined
  /** `CLOUD_LATENCY`: the factor on the embedded cloud's latencies; 0 for none. @default 1 */
  readonly cloudLatency: number
  /** `CHANGING_MS`: for how long what is new shows that it is changing at least, in milliseconds. @default 1000 */
  readonly changingMs: number
  /** `ACTION_SETTLE_MS`: how long after an unknown outcome an action looks again, in milliseconds. @default 2000 */
  readonly actionSettleMs: number
  /** `ACTION_WATCH_MS`: how long late effects are watched for, in milliseconds. @default 600000 */
  readonly actionWatchMs: number
  /** `RECONCILE_EVERY_S`: from the end of one comparison of the records with the cloud to the next, in seconds. @default 300 */
  readonly reconcileEveryS: number
  /** `SECRET_KEY`: 32 bytes. @default a file beside the data */
  readonly secretKey: Uint8Array | undefined
  /** `RATE_LIMIT`: what each token of the API may ask for; undefined for any amount. @default 20 requests a second, 60 at once */
  readonly rateLimit: Rate | undefined
  /** `LOG_LEVEL`. @default info */
  readonly logLevel: LogLevel
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** A setting has a value that is not allowed. */
export class SettingsException extends StartRefusedException {
  /** @param given undefined for a value that is secret */
  constructor(name: string, given: string | undefined, allowed: string) {
    const what = given === undefined ? `${name} has a value that is not allowed` : `${name} is "${given}"`
    super(`${what}: it must be ${allowed}. Correct it, or leave it out for the default.`, { data: { name } })
  }
}

export type Environment = { readonly [name: string]: string | undefined }

/**
 * Reads the settings. An empty variable counts as one that is not set.
 *
 * @throws {SettingsException} a value is not allowed; its message is one line that names it
 */
export function readSettings(environment: Environment): Settings {
  const setting = <T>(
    name: string,
    read: (text: string) => T | undefined,
    allowed: string,
    isSecret = false,
  ) => {
    const text = environment[name]
    if (text === undefined || text === '') return undefined
    const value = read(text)
    if (value === undefined) throw new SettingsException(name, isSecret ? undefined : oneLine(text), allowed)
    return value
  }
  return {
    host:
      setting('HOST', host, 'an IP address or a host name to listen on, such as 127.0.0.1') ?? '127.0.0.1',
    port: setting('PORT', wholeNumber(1, 65_535), 'a whole number from 1 to 65535') ?? 8080,
    dataDir: setting('DATA_DIR', path, 'the path of a folder') ?? './data',
    apiPrefix: setting('API_PREFIX', apiPrefix, 'a path such as /api, of letters, digits, - and _') ?? '',
    publicUrl: setting(
      'PUBLIC_URL',
      publicUrl,
      'an http or https URL without a query, such as https://panel.example.com',
    ),
    trustedProxies:
      setting(
        'TRUSTED_PROXIES',
        addressRanges,
        'IP addresses or ranges with commas between, such as 10.0.0.0/8,::1',
      ) ?? new BlockList(),
    panelToken: setting('PANEL_TOKEN', token, tokenAllowed, true),
    consoleToken: setting('CONSOLE_TOKEN', token, tokenAllowed, true),
    cloudLatency: setting('CLOUD_LATENCY', factor, 'a number from 0 to 1000, such as 0.5') ?? 1,
    changingMs: setting('CHANGING_MS', wholeNumber(0, dayMs), 'whole milliseconds, at most a day') ?? 1000,
    actionSettleMs:
      setting('ACTION_SETTLE_MS', wholeNumber(0, dayMs), 'whole milliseconds, at most a day') ?? 2000,
    actionWatchMs:
      setting('ACTION_WATCH_MS', wholeNumber(0, dayMs), 'whole milliseconds, at most a day') ?? 600_000,
    reconcileEveryS:
      setting('RECONCILE_EVERY_S', wholeNumber(1, dayMs / 1000), 'whole seconds, from 1 to a day') ?? 300,
    secretKey: setting('SECRET_KEY', key, '32 bytes, as 64 hex digits or in base64', true),
    rateLimit: (
      setting('RATE_LIMIT', rateLimit, 'requests a second and at once, such as 20/60, or off') ?? defaultRate
    ).rate,
    imageUrls:
      setting(
        'IMAGE_URLS',
        readImageUrls,
        'http or https URLs with commas between, each with a size such as =4GB or without one',
      ) ?? new Map(),
    imageInternalHosts:
      setting(
        'IMAGE_INTERNAL_HOSTS',
        readInternalHosts,
        'host names and IP addresses with commas between, such as images.example.com,10.0.0.7',
      ) ?? new Set(),
    logLevel: setting('LOG_LEVEL', logLevel, `one of ${logLevels.join(', ')}`) ?? 'info',
  }
}

const defaultRate = { rate: { perSecond: 20, burst: 60 } }
const dayMs = 24 * 60 * 60 * 1000
const tokenAllowed = '1 to 255 of the letters a-z, A-Z, 0-9, -, . and _'

function host(text: string): string | undefined {
  return isIP(text) !== 0 || /^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$/.test(text) ? text : undefined
}

function path(text: string): string | undefined {
  return text.includes('\0') ? undefined : text
}

function wholeNumber(min: number, max: number): (text: string) => number | undefined {
  return text =>
    /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined
}

function factor(text: string): number | undefined {
  return /^\d{1,4}(\.\d{1,9})?$/.test(text) && Number(text) <= 1000 ? Number(text) : undefined
}

function apiPrefix(text: string): string | undefined {
  if (text === '/') return ''
  return /^(\/[a-zA-Z0-9_-]+)+\/?$/.test(text) ? text.replace(/\/$/, '') : undefined
}

function publicUrl(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return undefined
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function addressRanges(text: string): BlockList | undefined {
  const ranges = new BlockList()
  for (const range of text.split(',')) {
    const [address = '', bits, ...more] = range.trim().split('/')
    const parsed = SocketAddress.parse(isIP(address) === 6 ? `[${address}]:0` : `${address}:0`)
    if (isIP(address) === 0 || parsed === undefined || more.length > 0) return undefined
    const bitsMax = parsed.family === 'ipv6' ? 128 : 32
    const prefix = bits === undefined ? bitsMax : wholeNumber(0, bitsMax)(bits)
    if (prefix === undefined) return undefined
    ranges.addSubnet(parsed.address, prefix, parsed.family)
  }
  return ranges
}

function token(text: string): string | undefined {
  return /^[a-zA-Z0-9._-]{1,255}$/.test(text) ? text : undefined
}

function key(text: string): Uint8Array | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex')
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}

// An object, since no rate is a value here that is allowed.
function rateLimit(text: string): { readonly rate: Rate | undefined } | undefined {
  if (text === 'off') return { rate: undefined }
  const [perSecond, burst, ...more] = text.split('/').map(wholeNumber(1, 1_000_000))
  if (perSecond === undefined || burst === undefined || more.length > 0) return undefined
  return { rate: { perSecond, burst } }
}

function logLevel(text: string): LogLevel | undefined {
  return logLevels.find(level => level === text)
}

// A message is one line on a terminal, whatever was given.
function oneLine(text: string): string {
  const line = text.replaceAll(/\p{Cc}/gu, '?')
  return line.length > 100 ? `${line.slice(0, 100)}…` : line
}
