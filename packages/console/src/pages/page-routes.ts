import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ConsoleNotBuiltException, NoSuchConsolePageException } from './exceptions.ts'

export interface PageRoutesOptions {
  /** The folder that the pages were built into. */
  webRoot: string
  /** The path that the console is mounted at. */
  prefix: string
  /** Tells the page whether to begin with the sign-in form, so that it needn't ask and be refused. */
  hasSession(request: FastifyRequest): Promise<boolean>
}

/** Adds the console's one page, which every address under the prefix that a browser navigates to answers with, and its assets. */
export async function addPageRoutes(scope: FastifyInstance, options: PageRoutesOptions): Promise<void> {
  const { webRoot, prefix } = options
  const pagePath = join(webRoot, 'index.html')
  const page = existsSync(pagePath) ? await readFile(pagePath, 'utf8') : undefined
  if (page !== undefined) {
    // Their names change with their content: they can be kept for ever.
    const assets = { root: join(webRoot, 'assets'), prefix: '/assets/', immutable: true, maxAge: '365d' }
    await scope.register(fastifyStatic, { ...assets, decorateReply: false, index: false })
  }

  const sendPage = async (request: FastifyRequest, reply: FastifyReply) => {
    const path = request.url.split('?', 1)[0] ?? request.url
    const isRoot = path === prefix || path === `${prefix}/`
    // A script that is lost under the prefix gets an answer that it can read, not a page.
    const isNavigation = isRoot || (request.headers.accept ?? '').includes('text/html')
    if (!isNavigation || path.startsWith(`${prefix}/api/`)) throw new NoSuchConsolePageException(path)
    if (page === undefined) throw new ConsoleNotBuiltException(webRoot)
    const nonce = randomBytes(16).toString('base64url')
    const session = (await options.hasSession(request)) ? 'open' : 'none'
    return reply.headers(headersOf(nonce)).send(completed(page, { nonce, prefix, session }))
  }
  scope.get('/', sendPage)
  scope.get('/*', sendPage)
}

/** The built page names its places with `{{…}}`; see web/index.html. */
function completed(page: string, values: { nonce: string; prefix: string; session: string }): string {
  return page.replace(/\{\{(nonce|prefix|session)\}\}/g, (_, name: keyof typeof values) => values[name])
}

function headersOf(nonce: string): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      // React Aria adds one style element of its own, with the nonce.
      `style-src 'self' 'nonce-${nonce}'`,
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join('; '),
    // A page that opened it, or that it opens, has no hold on it.
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}
