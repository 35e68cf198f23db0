import type { FastifyInstance } from 'fastify'
import { accepts } from '../http/accepts.ts'
import type { ExceptionReference } from './exception-reference.ts'
import { referenceHtml, referenceMarkdown } from './reference-text.ts'

/**
 * Answers with a service's reference: as JSON, or as HTML or Markdown to who asks for these by name.
 *
 * @example
 * mountReference(app, '/v1/exceptions', reference)
 */
export function mountReference(app: FastifyInstance, path: string, reference: ExceptionReference): void {
  const html = referenceHtml(reference)
  const markdown = referenceMarkdown(reference)
  app.get(path, async (request, reply) => {
    const { accept = '' } = request.headers
    reply.header('vary', 'accept')
    if (accepts(accept, 'text/html')) return reply.type('text/html; charset=utf-8').send(html)
    if (accepts(accept, 'text/markdown')) return reply.type('text/markdown; charset=utf-8').send(markdown)
    return reference
  })
}
