import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { panelReference } from '../../exceptions.reference.ts'
import type { Settings } from '../../settings.ts'
import { type AnswerCheck, answerCheck } from './answer-check.fixture.ts'
import { openApiDocument } from './document.ts'
import { documentedRoutes } from './openapi-routes.ts'

/**
 * Holds what an app of the API answers in tests against its own description.
 *
 * Call it before any route is added.
 *
 * @returns fails the test that has got an answer of which the description says otherwise
 */
export function checkAnswers(
  app: FastifyInstance,
  { apiPrefix }: Pick<Settings, 'apiPrefix'>,
): (answer: LightMyRequestResponse) => void {
  const paths = new WeakMap<object, string>()
  app.addHook('onRequest', async ({ raw, routeOptions: { url } }) => {
    // Undefined where nothing is at the path: that is answered by no operation.
    if (url?.startsWith(`${apiPrefix}/v1`)) {
      paths.set(raw, url.slice(apiPrefix.length).replaceAll(/:(\w+)/g, '{$1}'))
    }
  })
  const routes = documentedRoutes(app, { apiPrefix })
  let check: AnswerCheck | undefined
  return ({ raw: { req }, statusCode: status, headers, body }) => {
    const path = paths.get(req)
    if (path === undefined) return
    check ??= answerCheck(openApiDocument(routes, panelReference), panelReference)
    check({ method: req.method ?? '', path, status, headers, body })
  }
}
