import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { ExceptionReference } from 'evenkeel/reference'
import type { OpenApiDocument } from './document.ts'

/** What came back for a request. */
export interface CheckedAnswer {
  readonly method: string
  /** As in the document: `/v1/servers/{uuid}`. */
  readonly path: string
  readonly status: number
  readonly headers: { readonly [name: string]: unknown }
  readonly body: string
}

/** Whether an answer is one that the document tells of: throws a sentence where it isn't. */
export type AnswerCheck = (answer: CheckedAnswer) => void

/**
 * Holds answers against the API's description. Here objects have no field that isn't described, and an operation answers
 * with no exception class that isn't documented of it.
 */
export function answerCheck(document: OpenApiDocument, { general }: ExceptionReference): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, validateSchema: false })
  ajv.addSchema({ ...(closed(document) as object), $id: 'panel' })
  const validators = new Map<string, ValidateFunction>()
  const validatorAt = (pointer: string) => {
    let validator = validators.get(pointer)
    if (validator === undefined) {
      validator = ajv.compile({ $ref: `panel#${pointer}` })
      validators.set(pointer, validator)
    }
    return validator
  }
  const generalNames = new Set(general.map(({ className }) => className))

  return ({ method, path, status, headers, body }) => {
    const lies = (what: string) => new Error(`${method} ${path} is documented otherwise: ${what}\n${body}`)
    const operation = document.paths[path]?.[method.toLowerCase()]
    if (method === 'HEAD' || method === 'OPTIONS') return // Neither has a body.
    if (operation === undefined) throw lies('not at all.')
    const exception = headers['evenkeel-exception']
    const response = operation.responses[status]
    if (typeof exception === 'string') {
      const named = response !== undefined && 'x-exceptions' in response ? response['x-exceptions'] : []
      if (!generalNames.has(exception) && !named?.includes(exception))
        throw lies(`it answers ${status} with ${exception}.`)
    } else if (response === undefined) throw lies(`it answers ${status}.`)

    const [mediaType = ''] = String(headers['content-type'] ?? '').split(';')
    if (typeof exception === 'string' && mediaType === 'application/json') {
      const isError = validatorAt('/components/schemas/Error')
      if (!isError(JSON.parse(body))) throw lies(ajv.errorsText(isError.errors))
    }
    if (typeof exception === 'string' || response === undefined || '$ref' in response) return
    if (response.content === undefined) {
      if (body !== '') throw lies('it has a body.')
      return
    }
    const schema = response.content[mediaType]?.schema
    // Texts, as a page or a stream, are what they are.
    if (schema === undefined) throw lies(`it answers with ${mediaType}.`)
    if (schema.type === 'string') return
    const isAsDescribed = validatorAt(
      pointerTo(
        'paths',
        path,
        method.toLowerCase(),
        'responses',
        String(status),
        'content',
        mediaType,
        'schema',
      ),
    )
    if (!isAsDescribed(JSON.parse(body))) throw lies(ajv.errorsText(isAsDescribed.errors))
  }
}

function pointerTo(...parts: readonly string[]): string {
  return parts
    .map(part => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('')
}

/** The same, where each object has the fields that are described and no others. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const mapped = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, closed(value)]),
  )
  const isObjects = 'properties' in mapped && mapped['type'] === 'object'
  return isObjects ? { additionalProperties: false, ...mapped } : mapped
}
