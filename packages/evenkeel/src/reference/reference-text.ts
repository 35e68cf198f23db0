import type { ExceptionReference, ReferenceEntry } from './exception-reference.ts'

/** A reference as Markdown: a table of all, then each with its data and an example; then the library's in the same way. */
export function referenceMarkdown({ service, entries, general }: ExceptionReference): string {
  const own = markdownPart(entries, '##')
  const parts = [`# Exceptions of ${service}\n\n${introduction}\n\n${own}`]
  if (general.length > 0)
    parts.push(`## ${generalTitle}\n\n${generalIntroduction}\n\n${markdownPart(general, '###')}`)
  return parts.join('\n')
}

const introduction = `Each answer that tells of one carries the class in the header \`evenkeel-exception\` and the category in
\`evenkeel-category\`. Who accepts \`application/problem+json\` gets a body as in the examples.`

const generalTitle = 'What the server says by itself'

const generalIntroduction = `These are the same at every service that runs on Evenkeel: about requests that never came to an operation, about the
service's state, and about its bugs.`

function markdownPart(entries: readonly ReferenceEntry[], heading: string): string {
  const rows = entries.map(
    ({ className, category, status, meaning }) =>
      `| [${className}](#${className.toLowerCase()}) | ${category} | ${status} | ${meaning.replaceAll('|', '\\|')} |`,
  )
  const table = ['| exception | category | status | meaning |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
  return `${table}\n${entries.map(entry => markdownOf(entry, heading)).join('')}`
}

function markdownOf(entry: ReferenceEntry, heading: string): string {
  const { className, type, category, status, ancestors, meaning, data, example } = entry
  const fields = Object.entries(data).map(([field, type]) => `- \`${field}\`: ${type}`)
  const facts = [`\`${type}\``, `${category}, ${status}`, ...kinship(ancestors)].join(' · ')
  return [
    `\n${heading} ${className}\n`,
    `${meaning}\n`,
    `${facts}\n`,
    ...(fields.length > 0 ? [`Data:\n`, ...fields, ''] : []),
    `\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\`\n`,
  ].join('\n')
}

/** The class at the root of its category has nothing above it. */
function kinship(ancestors: readonly string[]): string[] {
  return ancestors.length === 0 ? [] : [`is a ${ancestors.join(' and a ')}`]
}

/** A reference as a page of HTML that needs nothing else. */
export function referenceHtml({ service, entries, general }: ExceptionReference): string {
  const title = escaped(`Exceptions of ${service}`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
  pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: .25rem }
  code, pre { font-family: ui-monospace, monospace; font-size: .9em }
  h2, h3 { margin-top: 3rem; overflow-wrap: anywhere }
</style>
<h1>${title}</h1>
${htmlPart(entries, 'h2')}
${general.length === 0 ? '' : `<h2>${generalTitle}</h2>\n<p>${escaped(generalIntroduction)}\n${htmlPart(general, 'h3')}\n`}</html>
`
}

function htmlPart(entries: readonly ReferenceEntry[], heading: 'h2' | 'h3'): string {
  const links = entries.map(
    ({ className }) => `<li><a href="#${escaped(className)}">${escaped(className)}</a>`,
  )
  return `<ul>\n${links.join('\n')}\n</ul>\n${entries.map(entry => htmlOf(entry, heading)).join('\n')}`
}

function htmlOf(entry: ReferenceEntry, heading: 'h2' | 'h3'): string {
  const { className, type, category, status, ancestors, meaning, data, example } = entry
  const fields = Object.entries(data).map(
    ([field, type]) => `<li><code>${escaped(field)}</code>: ${escaped(type)}`,
  )
  const facts = [
    `<code>${escaped(type)}</code>`,
    `${category}, ${status}`,
    ...kinship(ancestors).map(escaped),
  ]
  return `<${heading} id="${escaped(className)}">${escaped(className)}</${heading}>
<p>${escaped(meaning)}
<p>${facts.join(' · ')}
${fields.length > 0 ? `<ul>${fields.join('')}</ul>` : ''}
<pre>${escaped(JSON.stringify(example, undefined, 2))}</pre>`
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
