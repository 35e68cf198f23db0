import type { FastifyRequest } from 'fastify'
import type { Settings } from '../settings.ts'

/** The settings that decide where clients find things. */
export type HrefSettings = Pick<Settings, 'apiPrefix' | 'publicUrl' | 'trustedProxies'>

/** The absolute URL of something below `/v1`, such as `servers/<uuid>`. */
export type Href = (path: string) => string

/**
 * Writes URLs that begin with exactly the base that this caller used, since clients send later requests
 * there: the public URL if one is set, else what a trusted proxy says it was asked for, else the Host.
 */
export function hrefsFor(request: FastifyRequest, settings: HrefSettings): Href {
  const base = `${settings.publicUrl ?? askedAt(request, settings)}${settings.apiPrefix}/v1/`
  return path => base + path
}

/** Scheme, host and port that the caller used, such as `https://panel.example.com`. */
export function originOf(request: FastifyRequest, settings: HrefSettings): string {
  const { publicUrl } = settings
  return publicUrl === undefined ? askedAt(request, settings) : new URL(publicUrl).origin
}

function askedAt(request: FastifyRequest, { trustedProxies }: HrefSettings): string {
  const { headers, socket } = request.raw
  const isForwarded = headers['x-forwarded-proto'] !== undefined || headers['x-forwarded-host'] !== undefined
  const isTrusted = isForwarded && isOneOf(trustedProxies, socket.remoteAddress)
  const scheme = isTrusted ? first(headers['x-forwarded-proto']) : undefined
  const forwardedHost = isTrusted ? first(headers['x-forwarded-host']) : undefined
  const host = [forwardedHost, headers.host].find(candidate => candidate !== undefined && isHost(candidate))
  return `${scheme === 'https' ? 'https' : 'http'}://${host ?? listenedOn(request)}`
}

function isOneOf(ranges: HrefSettings['trustedProxies'], address: string | undefined): boolean {
  if (address === undefined) return false
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '') // An IPv4 address on a socket of both versions.
  return ranges.check(plain, plain.includes(':') ? 'ipv6' : 'ipv4')
}

// Each proxy of a chain adds its own at the end: the first is what the client itself had used.
function first(header: string | readonly string[] | undefined): string | undefined {
  const text = typeof header === 'string' ? header : header?.[0]
  return text?.split(',', 1)[0]?.trim()
}

/** Whether it is a host with or without a port, and nothing that would change the meaning of a URL around it. */
function isHost(text: string): boolean {
  return /^([a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?$/i.test(text)
}

function listenedOn(request: FastifyRequest): string {
  const { localAddress = '127.0.0.1', localPort = 80 } = request.raw.socket
  return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`
}
