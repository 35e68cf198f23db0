import type { FastifyInstance } from 'fastify'
import { EmptyBodyException, MalformedJsonException } from '../http/exceptions.ts'
import { whyNotJson } from '../http/parse-json.ts'

/** What an empty body means whose content-type says JSON. */
export type EmptyJsonBody = 'accept' | 'refuse'

/** Reads JSON as the framework does, with exceptions that say more, and an empty body as the application wants. */
export function readJsonBodies(app: FastifyInstance, emptyJsonBody: EmptyJsonBody): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body !== '') {
      parse(request, body, (error, value) => {
        if (error === null) done(null, value)
        else done(new MalformedJsonException(whyNotJson(body), { cause: error }))
      })
    } else if (emptyJsonBody === 'accept') done(null, undefined)
    else done(new EmptyBodyException())
  })
}
