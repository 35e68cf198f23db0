import type {
  DocumentedOperation,
  DocumentedParameter,
  DocumentedResponse,
  JsonSchema,
  OpenApiDocument,
} from './document.ts'
import { oursTag } from './document.ts'

/** The description of the API as a page of HTML that needs nothing else. */
export function referencePage({ info, tags, paths, components }: OpenApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const { title, description } = info as { readonly title: string; readonly description: string }
  const resources = tags.map(({ name }) => name).filter(name => name !== oursTag)
  const sections = resources.map(name => {
    const own = operations.filter(({ operation }) => operation.tags[0] === name)
    const shown = own.map(operation => operationHtml(operation, components.schemas))
    return `<h2 id="${escaped(name)}">${escaped(name)}</h2>\n${shown.join('\n')}`
  })
  const objects = Object.entries(components.schemas).filter(([id]) => !id.endsWith('Body'))
  const schemas = objects.map(
    ([id, schema]) => `<h3 id="${escaped(id)}">${escaped(id)}</h3>\n${fieldsHtml(schema)}`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}: the API</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
  code { font-family: ui-monospace, monospace; font-size: .9em }
  h2, h3 { margin-top: 3rem; overflow-wrap: anywhere }
  h3 code { font-weight: normal }
  table { width: 100%; border-collapse: collapse; margin: .5rem 0 1rem }
  th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8886; overflow-wrap: anywhere }
  nav a { margin-right: 1rem; white-space: nowrap }
  .ours { font-size: .8rem; border: 1px solid #8886; border-radius: .25rem; padding: 0 .35rem }
</style>
<h1>${escaped(title)}: the API</h1>
<p>${inline(description)}
<p>For programs: <a href="openapi.json">openapi.json</a>. Every exception with an example: <a href="exceptions">exceptions</a>.
What is marked <span class="ours">${oursTag}</span> is an addition to the API that clients know from elsewhere.
<nav>${[...resources, 'Objects'].map(name => `<a href="#${escaped(name)}">${escaped(name)}</a>`).join('\n')}</nav>
${sections.join('\n')}
<h2 id="Objects">Objects</h2>
${schemas.join('\n')}
</html>
`
}

type Schemas = OpenApiDocument['components']['schemas']

interface ShownOperation {
  readonly path: string
  readonly method: string
  readonly operation: DocumentedOperation
}

function operationHtml({ path, method, operation }: ShownOperation, schemas: Schemas): string {
  const { operationId, summary, description, parameters = [], requestBody, responses, tags } = operation
  const mark = tags.includes(oursTag) ? ` <span class="ours">${oursTag}</span>` : ''
  const body = requestBody?.content['application/json']?.schema.$ref?.replace('#/components/schemas/', '')
  const inQuery = parameters.filter(isInQuery)
  return `<h3 id="${operationId}">${escaped(summary)}${mark}<br><code>${method} ${escaped(path)}</code></h3>
${description === undefined ? '' : `<p>${inline(description)}`}
${inQuery.length === 0 ? '' : `<p>Query:\n${queryHtml(inQuery)}`}
${body === undefined ? '' : `<p id="${body}">Body:\n${fieldsHtml(schemas[body] ?? {})}`}
<p>Answer: ${answerHtml(responses)}
${exceptionsHtml(operation)}`
}

type QueryParameter = Extract<DocumentedParameter, { readonly in: 'path' | 'query' }>

function isInQuery(parameter: DocumentedParameter): parameter is QueryParameter {
  return 'in' in parameter && parameter.in === 'query'
}

function queryHtml(parameters: readonly QueryParameter[]): string {
  const properties = parameters.map(({ name, description, schema }) => [
    name,
    { ...schema, ...(description !== undefined && { description }) },
  ])
  return fieldsHtml({ type: 'object', properties: Object.fromEntries(properties) })
}

function answerHtml(responses: DocumentedOperation['responses']): string {
  const [[status, answer] = ['', { description: '' }]] = Object.entries(responses).filter(([status]) =>
    status.startsWith('2'),
  )
  const [[mediaType, { schema }] = ['', { schema: undefined }]] = Object.entries(
    (answer as DocumentedResponse).content ?? {},
  )
  if (mediaType === '') return `${status}, without a body.`
  return mediaType === 'application/json' && schema?.type !== 'string'
    ? `${status}, ${typeHtml(schema ?? {})}.`
    : `${status}, ${escaped(mediaType)}.`
}

function exceptionsHtml({ responses, 'x-exceptions': own }: DocumentedOperation): string {
  const all = Object.values(responses).flatMap(response =>
    'x-exceptions' in response ? (response['x-exceptions'] ?? []) : [],
  )
  const shared = all.filter(name => !own.includes(name))
  const links = (names: readonly string[]) =>
    names.map(name => `<a href="exceptions#${name}">${name}</a>`).join(', ')
  return `<p>Exceptions: ${own.length > 0 ? links(own) : 'none of its own'}
<details><summary>and those that it shares</summary>${links(shared)}</details>`
}

/** A table of an object's fields. */
function fieldsHtml({ description, properties, required = [], additionalProperties }: JsonSchema): string {
  const about = description === undefined ? '' : `<p>${inline(description)}\n`
  if (properties === undefined) {
    const values = typeof additionalProperties === 'object' ? `: ${typeHtml(additionalProperties)}` : ''
    return `${about}<p>A map${values}.`
  }
  const rows = Object.entries(properties).map(
    ([name, field]) =>
      `<tr><td><code>${escaped(name)}</code>${required.includes(name) ? '' : '<br>optional'}<td>${typeHtml(field)}<td>${rulesHtml(field)}`,
  )
  return `${about}<table><tr><th>field<th>type<th>\n${rows.join('\n')}\n</table>`
}

/** `a list of texts` */
function typeHtml(schema: JsonSchema): string {
  const { $ref, type, items, anyOf, properties, additionalProperties, enum: choices, const: only } = schema
  if ($ref !== undefined) {
    const id = $ref.slice($ref.lastIndexOf('/') + 1)
    return `<a href="#${id}">${escaped(id)}</a>`
  }
  if (anyOf !== undefined) return anyOf.map(typeHtml).join(' or ')
  if (Array.isArray(choices)) return choices.map(valueHtml).join(', ')
  if (only !== undefined) return valueHtml(only)
  if (type === 'array') return `list of ${typeHtml(items ?? {})}`
  if (properties !== undefined) {
    const fields = Object.entries(properties).map(
      ([name, field]) => `<code>${escaped(name)}</code>: ${typeHtml(field)}`,
    )
    return `{ ${fields.join(', ')} }`
  }
  if (typeof additionalProperties === 'object') return `map of ${typeHtml(additionalProperties)}`
  return escaped([type ?? 'anything'].flat().join(' or '))
}

/** What is to be known of a field beside its type. */
function rulesHtml({
  description,
  default: preset,
  format,
  minimum,
  maximum,
  maxLength,
}: JsonSchema): string {
  const range = minimum === undefined && maximum === undefined ? [] : [`${minimum ?? ''} to ${maximum ?? ''}`]
  return [
    ...(description === undefined ? [] : [inline(description)]),
    ...(typeof format === 'string' ? [escaped(format)] : []),
    ...range,
    ...(maxLength === undefined ? [] : [`at most ${maxLength} characters`]),
    ...(preset === undefined ? [] : [`default ${valueHtml(preset)}`]),
  ].join('; ')
}

function valueHtml(value: unknown): string {
  return `<code>${escaped(JSON.stringify(value))}</code>`
}

/** A sentence in which backticks mark code. */
function inline(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, character => entities[character] ?? character)
}
