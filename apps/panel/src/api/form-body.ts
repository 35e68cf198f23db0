import formbody from '@fastify/formbody'
import multipart from '@fastify/multipart'
import { BadClientRequestException, toException } from 'evenkeel'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { wrongField } from './validate.ts'

/** The body claims to be a form and can't be read as one. */
export class MalformedFormException extends BadClientRequestException {
  constructor(options: { cause: unknown }) {
    super('The form can not be read: look at its boundary, and send it in whole.', options)
  }
}

/** Lets routes take forms beside JSON, and nothing else: a form's fields become the body's, and a repeated one becomes a list. */
export async function readForms(app: FastifyInstance): Promise<void> {
  app.removeContentTypeParser('text/plain') // The framework reads it by itself; no request here is a text.
  await app.register(formbody)
  await app.register(multipart, {
    limits: { fields: 500, fieldSize: app.initialConfig.bodyLimit ?? 1_048_576 },
  })
  app.addHook('preValidation', async request => {
    if (request.isMultipart()) request.body = await multipartFields(request)
  })
}

/**
 * The body of a request to a route that takes forms.
 *
 * @param lists the fields that are lists: in a form, one alone is sent like a single value
 */
export function bodyOf(request: FastifyRequest, { lists = [] }: { lists?: readonly string[] } = {}): unknown {
  const { body } = request
  if (!isForm(request) || typeof body !== 'object' || body === null) return body ?? {}
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      lists.includes(name) && !Array.isArray(value) ? [value] : value,
    ]),
  )
}

function isForm({ headers }: FastifyRequest): boolean {
  return /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(headers['content-type'] ?? '')
}

async function multipartFields(request: FastifyRequest): Promise<Record<string, unknown>> {
  const fields = new Map<string, string[]>()
  let file: string | undefined
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        file = part.fieldname
        part.file.resume() // The rest of the form is behind it.
      } else {
        fields.set(part.fieldname, [...(fields.get(part.fieldname) ?? []), String(part.value)])
      }
    }
  } catch (thrown) {
    throw asFormFault(thrown)
  }
  if (file !== undefined) throw wrongField(file, 'Must not be a file: send the value itself.')
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  )
}

// The parser throws plain errors for what is wrong with the form; those of the framework have a code and a class already.
function asFormFault(thrown: unknown): unknown {
  const isFrameworks = thrown instanceof Error && 'code' in thrown
  return isFrameworks ? thrown : new MalformedFormException({ cause: toException(thrown) })
}
