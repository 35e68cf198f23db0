import type { ExceptionReference, ReferenceEntry } from './exception-reference.ts'

/** A reference as Markdown: a table of all, then each with its data and an example. */
export function referenceMarkdown({ service, entries }: ExceptionReference): string {
  const rows = entries.map(
    ({ className, category, status, meaning }) =>
      `| [${className}](#${className.toLowerCase()}) | ${category} | ${status} | ${meaning.replaceAll('|', '\\|')} |`,
  )
  const table = ['| exception | category | status | meaning |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
  return `# Exceptions of ${service}\n\n${introduction}\n\n${table}\n${entries.map(markdownOf).join('')}`
}

const introduction = `Each answer that tells of one carries the class in the header \`evenkeel-exception\` and the category in
\`evenkeel-category\`. Who accepts \`application/problem+json\` gets a body as in the examples.`

function markdownOf({
  className,
  type,
  category,
  status,
  ancestors,
  meaning,
  data,
  example,
}: ReferenceEntry): string {
  const fields = Object.entries(data).map(([field, type]) => `- \`${field}\`: ${type}`)
  const facts = [`\`${type}\``, `${category}, ${status}`, `is a ${ancestors.join(' and a ')}`].join(' · ')
  return [
    `\n## ${className}\n`,
    `${meaning}\n`,
    `${facts}\n`,
    ...(fields.length > 0 ? [`Data:\n`, ...fields, ''] : []),
    `\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\`\n`,
  ].join('\n')
}

/** A reference as a page of HTML that needs nothing else. */
export function referenceHtml({ service, entries }: ExceptionReference): string {
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
  h2 { margin-top: 3rem; overflow-wrap: anywhere }
</style>
<h1>${title}</h1>
<ul>
${entries.map(({ className }) => `<li><a href="#${escaped(className)}">${escaped(className)}</a>`).join('\n')}
</ul>
${entries.map(htmlOf).join('\n')}
</html>
`
}

function htmlOf({
  className,
  type,
  category,
  status,
  ancestors,
  meaning,
  data,
  example,
}: ReferenceEntry): string {
  const fields = Object.entries(data).map(
    ([field, type]) => `<li><code>${escaped(field)}</code>: ${escaped(type)}`,
  )
  return `<h2 id="${escaped(className)}">${escaped(className)}</h2>
<p>${escaped(meaning)}
<p><code>${escaped(type)}</code> · ${category}, ${status} · is a ${escaped(ancestors.join(' and a '))}
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
