import type { FastifyInstance, HTTPMethods } from 'fastify'

/**
 * The methods that a path takes, or none if nothing is there. A path that answers nothing but `OPTIONS` is not
 * there: such a route stands for all paths at once.
 */
export function allowedMethods(app: FastifyInstance, path: string): readonly string[] {
  const allowed = app.supportedMethods.filter(
    method => app.findRoute({ method: method as HTTPMethods, url: path }) !== null,
  )
  return allowed.some(method => method !== 'OPTIONS') ? allowed : []
}
