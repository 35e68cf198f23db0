import { InternalException } from 'evenkeel'
import { problemMediaType } from 'evenkeel/http'
import type { ExceptionReference, ReferenceEntry } from 'evenkeel/reference'
import { z } from 'zod'
import { release } from '../../release.ts'
import type { Answer, Operation } from './operation.ts'
import { idOf, shapes } from './shape.ts'
import { surfaceOf } from './surface.ts'

/** A route of the API, and what is documented of it. */
export interface DocumentedRoute {
  readonly method: string
  /** Without what stands before `/v1`. */
  readonly path: string
  readonly operation: Operation
}

/** A part of the document that is JSON Schema of draft 2020-12. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: { readonly [name: string]: JsonSchema }
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly [keyword: string]: unknown
}

export interface DocumentedResponse {
  readonly description: string
  readonly headers?: object
  readonly content?: { readonly [mediaType: string]: { readonly schema?: JsonSchema } }
  /** The classes that are answered so. */
  readonly 'x-exceptions'?: readonly string[]
}

export interface DocumentedOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly DocumentedParameter[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: { readonly [mediaType: string]: { readonly schema: JsonSchema } }
  }
  readonly responses: { readonly [status: string]: DocumentedResponse | { readonly $ref: string } }
  readonly security?: readonly object[]
  /** Its own classes; those that it shares are in the responses. */
  readonly 'x-exceptions': readonly string[]
}

export type DocumentedParameter =
  | { readonly $ref: string }
  | {
      readonly name: string
      readonly in: 'path' | 'query'
      readonly required?: boolean
      readonly description?: string
      readonly schema: JsonSchema
    }

/** A description of the API in OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: object
  readonly servers: readonly { readonly url: string }[]
  readonly security: readonly object[]
  readonly tags: readonly { readonly name: string; readonly description?: string }[]
  readonly paths: { readonly [path: string]: { readonly [method: string]: DocumentedOperation } }
  readonly components: {
    readonly schemas: { readonly [id: string]: JsonSchema }
    readonly [kind: string]: object
  }
}

/** What our own additions are tagged with. */
export const oursTag = 'evenkeel'

const refTo = (id: string) => `#/components/schemas/${id}`

/**
 * Describes routes in OpenAPI 3.1, out of the schemas that validate.
 *
 * @param reference what is known of the exception classes
 * @throws {InternalException} two operations have one id, or an exception class isn't in the reference
 */
export function openApiDocument(
  routes: readonly DocumentedRoute[],
  reference: ExceptionReference,
): OpenApiDocument {
  const entries = new Map([...reference.entries, ...reference.general].map(entry => [entry.className, entry]))
  const paths: { [path: string]: { [method: string]: DocumentedOperation } } = {}
  const ids = new Set<string>()
  for (const route of routes) {
    const documented = documentedOperation(route, entries)
    if (ids.has(documented.operationId))
      throw new InternalException(`Two operations are called ${documented.operationId}.`)
    ids.add(documented.operationId)
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: documented }
  }
  const resources = new Set(
    Object.values(paths)
      .flatMap(Object.values<DocumentedOperation>)
      .map(({ tags: [tag = ''] }) => tag),
  )
  return {
    openapi: '3.1.1',
    info: { title: 'Evenkeel panel', version: release, description: introduction },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [
      ...[...resources].map(name => ({ name })),
      { name: oursTag, description: 'What this panel adds to the API that clients know from elsewhere.' },
    ],
    paths,
    components: {
      schemas: { ...schemasOfAnswers(), ...errorSchemas, ...schemasOfBodies(routes) },
      responses: { ServerItself: serverItself(reference.general) },
      parameters,
      headers,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'A token stands for one project.' },
      },
    },
  }
}

const introduction = `Lists are bare arrays, oldest first. A body is JSON or a form; in a request, \`null\` for a field that may be left out means the
same as leaving it out, unless the field itself says otherwise, and unknown fields are ignored. Answers may get further fields. \`HEAD\` is taken where \`GET\` is, \`OPTIONS\`
everywhere. Every answer that tells of an exception has its class in the header \`Evenkeel-Exception\`.`

function documentedOperation(
  { method, path, operation }: DocumentedRoute,
  entries: ReadonlyMap<string, ReferenceEntry>,
): DocumentedOperation {
  const { does, remarks, body, isPublic = false, isOurs = false } = operation
  const parameters = parametersOf(method, path, operation)
  return {
    operationId: idFor(does),
    tags: [isPublic ? 'about' : tagOf(path), ...(isOurs ? [oursTag] : [])],
    summary: does,
    ...(remarks !== undefined && { description: remarks }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: requestBodyOf(does, body) }),
    responses: {
      ...successOf(method, operation),
      ...refusalsOf(method, operation, entries),
      default: { $ref: '#/components/responses/ServerItself' },
    },
    ...(isPublic && { security: [] }),
    'x-exceptions': surfaceOf(method, operation).own,
  }
}

/** `Revert a volume to a snapshot` is `revertVolumeToSnapshot`. */
function idFor(does: string): string {
  const [verb = '', ...words] = does.split(/[^A-Za-z]+/).filter(word => !/^(an?|the|of)$/.test(word))
  const capitalized = words.map(word => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
  return verb.toLowerCase() + capitalized.join('')
}

/** What its body is called: `RevertVolumeToSnapshotBody`. */
function bodyIdFor(does: string): string {
  const id = idFor(does)
  return `${id.charAt(0).toUpperCase()}${id.slice(1)}Body`
}

function tagOf(path: string): string {
  return path.split('/')[2] ?? ''
}

function parametersOf(method: string, path: string, { query, isPublic }: Operation): DocumentedParameter[] {
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path' as const,
    required: true,
    schema: { type: 'string' },
  }))
  const { properties = {}, required = [] } = query === undefined ? {} : inputSchema(query)
  const inQuery = Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query' as const,
    ...(required.includes(name) && { required: true }),
    ...(description !== undefined && { description }),
    schema,
  }))
  const isChange = method !== 'GET' && isPublic !== true
  return [...inPath, ...inQuery, ...(isChange ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : [])]
}

function requestBodyOf(does: string, body: z.ZodType): NonNullable<DocumentedOperation['requestBody']> {
  const schema = { $ref: refTo(bodyIdFor(does)) }
  return {
    required: (inputSchema(body).required ?? []).length > 0,
    content: {
      'application/json': { schema },
      'application/x-www-form-urlencoded': { schema },
      'multipart/form-data': { schema },
    },
  }
}

function successOf(method: string, { answer }: Operation): DocumentedOperation['responses'] {
  const isChange = method !== 'GET'
  const named = isChange && { headers: { 'Evenkeel-Action': { $ref: '#/components/headers/Action' } } }
  if (answer === undefined) return { 204: { description: 'It is as was asked for.', ...named } }
  const description = answer.status === 201 ? 'What was made, as it can be read back.' : 'What there is.'
  return { [answer.status]: { description, ...named, content: contentOf(answer) } }
}

function contentOf(answer: Answer): NonNullable<DocumentedResponse['content']> {
  if ('mediaType' in answer) return { [answer.mediaType]: { schema: { type: 'string' } } }
  const one = { $ref: refTo(idOf(answer.shape)) }
  return { 'application/json': { schema: answer.isList ? { type: 'array', items: one } : one } }
}

/** Everything but success, by its status. */
function refusalsOf(
  method: string,
  operation: Operation,
  entries: ReadonlyMap<string, ReferenceEntry>,
): DocumentedOperation['responses'] {
  const { own, shared } = surfaceOf(method, operation)
  const all = [...own, ...shared].map(name => {
    const entry = entries.get(name)
    if (entry !== undefined) return entry
    throw new InternalException(`${name} is thrown by "${operation.does}" and not listed in exceptions.ts.`)
  })
  return Object.fromEntries(
    [...Map.groupBy(all, ({ status }) => status)].map(([status, entries]) => [status, refusal(entries, own)]),
  )
}

/** Those of an operation's own are explained; the others by the list of all exceptions, which says it once. */
function refusal(entries: readonly ReferenceEntry[], own: readonly string[]): DocumentedResponse {
  const described = entries.map(({ className, meaning }) =>
    own.includes(className) ? `${className}: ${meaning}` : className,
  )
  return {
    description: described.join('\n\n'),
    content: errorContent,
    'x-exceptions': entries.map(({ className }) => className),
  }
}

function serverItself(general: readonly ReferenceEntry[]): DocumentedResponse {
  return {
    description:
      'What any server says by itself: about its state, its bugs, and requests that never came to an operation.',
    content: errorContent,
    'x-exceptions': general.map(({ className }) => className),
  }
}

const errorContent = {
  'application/json': { schema: { $ref: refTo('Error') } },
  [problemMediaType]: { schema: { $ref: refTo('Problem') } },
}

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'The same request under the same key is carried out once. A day later the key is free again.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
}

const headers = {
  Action: {
    description: 'The action that the answer stands for, or that goes on after it: see `/v1/actions`.',
    schema: { type: 'string' },
  },
}

/** Also where a field is read from a form's text before it is validated. */
function withDefault({
  zodSchema,
  jsonSchema,
}: Parameters<NonNullable<z.core.ToJSONSchemaParams['override']>>[0]): void {
  const { def } = zodSchema._zod
  if (def.type === 'default')
    jsonSchema.default ??= def.defaultValue as z.core.JSONSchema.JSONSchema['default']
}

/** What clients may send. */
function inputSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', override: withDefault })
  return json as JsonSchema
}

function schemasOfAnswers(): { readonly [id: string]: JsonSchema } {
  const { schemas } = z.toJSONSchema(shapes, { uri: refTo })
  const named = Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [
    id,
    open(schema as JsonSchema),
  ])
  return Object.fromEntries(named)
}

function schemasOfBodies(routes: readonly DocumentedRoute[]): { readonly [id: string]: JsonSchema } {
  const named = routes.flatMap(({ operation: { does, body } }) =>
    body === undefined ? [] : [[bodyIdFor(does), inputSchema(body)]],
  )
  return Object.fromEntries(named)
}

/** An answer may get further fields without being another. */
function open(schema: JsonSchema): JsonSchema {
  const { additionalProperties, ...rest } = schema
  const mapped = Object.entries(rest).map(([keyword, value]) => [keyword, openWithin(keyword, value)])
  return {
    ...Object.fromEntries(mapped),
    ...(additionalProperties !== undefined && additionalProperties !== false && { additionalProperties }),
  }
}

function openWithin(keyword: string, value: unknown): unknown {
  if (keyword === 'properties')
    return Object.fromEntries(Object.entries(value as object).map(([name, field]) => [name, open(field)]))
  if (keyword === 'items') return open(value as JsonSchema)
  return keyword === 'anyOf' ? (value as JsonSchema[]).map(open) : value
}

const errorSchemas = {
  Error: {
    type: 'object',
    description: 'The field that is wrong with what it must be, or `detail` with a sentence.',
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: { type: 'string' },
  },
  Problem: {
    type: 'object',
    description: 'Problem details (RFC 9457), for who asks for them by the accept header.',
    properties: {
      type: { type: 'string', description: '`urn:evenkeel:panel:<Class>`' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      category: { enum: ['client', 'discard', 'dependency', 'internal'] },
      txId: { type: 'string' },
      data: { type: 'object' },
      retry: { enum: ['safe', 'unsafe', 'unknown'] },
      retryAfterMs: { type: 'number' },
      ancestors: { type: 'array', items: { type: 'string' } },
    },
    required: ['type', 'title', 'status', 'detail', 'category', 'data', 'retry', 'ancestors'],
  },
}
