import type { FastifyInstance } from 'fastify'
import { EmptyBodyException, MalformedJsonException } from '../http/exceptions.ts'

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
        else done(new MalformedJsonException(reasonFor(body), { cause: error }))
      })
    } else if (emptyJsonBody === 'accept') done(null, undefined)
    else done(new EmptyBodyException())
  })
}

/** Where the text stops being JSON. The text itself is not quoted: a password may stand beside the mistake. */
function reasonFor(text: string): string {
  try {
    JSON.parse(text)
    return 'it names a property __proto__ or constructor, which no one needs and attackers try'
  } catch (error) {
    const message = String(error)
    if (/end of JSON input|Unterminated/.test(message)) return 'it ends too early'
    const [, line, column] = /line (\d+) column (\d+)/.exec(message) ?? []
    if (line !== undefined) return `look at line ${line}, column ${column}`
    const [, character] = /Unexpected token '(.)'/su.exec(message) ?? []
    return character === undefined
      ? 'something in it is out of place'
      : `a ${character} is out of place in it`
  }
}
