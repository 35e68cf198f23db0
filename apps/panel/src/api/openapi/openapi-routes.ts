import type { FastifyInstance } from 'fastify'
import { panelReference } from '../../exceptions.reference.ts'
import { type HrefSettings, hrefsFor } from '../href.ts'
import { type DocumentedRoute, type OpenApiDocument, openApiDocument } from './document.ts'
import { type Operation, operation } from './operation.ts'
import { referencePage } from './reference-page.ts'

const exceptionsOperation: Operation = {
  does: 'List exceptions',
  remarks: 'Every exception class that the API can answer with; as HTML or Markdown to who accepts these.',
  answer: { status: 200, mediaType: 'application/json' },
  isPublic: true,
  isOurs: true,
}

/** All routes that are documented, as they are added from now on. */
export function documentedRoutes(
  app: FastifyInstance,
  { apiPrefix }: Pick<HrefSettings, 'apiPrefix'>,
): readonly DocumentedRoute[] {
  const routes: DocumentedRoute[] = []
  app.addHook('onRoute', ({ method, url, config }) => {
    const operation = url === `${apiPrefix}/v1/exceptions` ? exceptionsOperation : config?.operation
    if (operation === undefined || typeof method !== 'string' || method === 'HEAD') return
    routes.push({ method, path: url.slice(apiPrefix.length), operation })
  })
  return routes
}

/**
 * `/openapi.json`, which describes the API, and `/reference`, which is the same for people. Both are made of what the routes
 * carry.
 *
 * Call it before any route is added.
 *
 * @param path what stands before every path of the API
 */
export function openApiRoutes(app: FastifyInstance, path: string, settings: HrefSettings): void {
  const routes = documentedRoutes(app, settings)

  let made: OpenApiDocument | undefined
  // Only once all routes are there.
  const document = () => {
    made ??= openApiDocument(routes, panelReference)
    return made
  }

  app.get(
    `${path}/openapi.json`,
    operation({
      does: 'Describe the API',
      remarks: 'In OpenAPI 3.1, for programs.',
      answer: { status: 200, mediaType: 'application/json' },
      isPublic: true,
      isOurs: true,
    }),
    async request => {
      const url = hrefsFor(request, settings)('').replace(/\/v1\/$/, '')
      return { ...document(), servers: [{ url }] }
    },
  )

  let page: string | undefined
  app.get(
    `${path}/reference`,
    operation({
      does: 'Get the reference',
      remarks: 'The same for people, as a page.',
      answer: { status: 200, mediaType: 'text/html' },
      isPublic: true,
      isOurs: true,
    }),
    async (_, reply) => {
      page ??= referencePage(document())
      return reply.type('text/html; charset=utf-8').send(page)
    },
  )
}
