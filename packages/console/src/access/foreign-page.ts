import type { FastifyRequest } from 'fastify'
import { ForeignPageException } from './exceptions.ts'

/**
 * Refuses what a page from elsewhere has a browser send: the browser adds the session's cookie by itself, `SameSite` lets pages
 * of other ports and of sibling domains pass, and not every request needs to be asked for first.
 *
 * Browsers say where a page comes from, and pages can't change it: in `Sec-Fetch-Site`, or at least, where the console is not
 * reached by https, in `Origin`. Programs say neither.
 *
 * @param ownOrigin where the console is, such as `https://panel.example.com`
 * @throws {ForeignPageException}
 */
export function refuseForeignPage({ headers }: Pick<FastifyRequest, 'headers'>, ownOrigin: string): void {
  const { 'sec-fetch-site': site, origin } = headers
  const isForeign =
    site !== undefined
      ? site !== 'same-origin' && site !== 'none'
      : origin !== undefined && !isSameHost(origin, ownOrigin)
  if (isForeign) throw new ForeignPageException(origin ?? 'unknown')
}

/** A proxy that nobody told us of may have changed the scheme. */
function isSameHost(origin: string, ownOrigin: string): boolean {
  const host = URL.parse(origin)?.host
  return host !== undefined && host !== '' && host === URL.parse(ownOrigin)?.host
}
