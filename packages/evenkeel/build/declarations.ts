import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'

type Parsed = ReturnType<typeof parseSync>
type Statement = Parsed['program']['body'][number]

/** Each name that a declaration file exports, with its declaration: as text without comments, wherever it stands. */
export function exportedDeclarations(file: string): Map<string, string> {
  const parsed = parseSync(file, readFileSync(file, 'utf8'))
  if (parsed.errors.length > 0) throw new Error(`${file} can't be read: ${parsed.errors[0]?.message}`)
  const found = new Map<string, string>()
  for (const { exportName, importName, localName, moduleRequest } of parsed.module.staticExports.flatMap(
    ({ entries }) => entries,
  )) {
    const name = exportName.name ?? 'default'
    if (moduleRequest === null) {
      found.set(name, declarationOf(localName.name ?? name, parsed, file))
    } else if (!moduleRequest.value.startsWith('.')) {
      found.set(name, `export { ${importName.name ?? '*'} as ${name} } from '${moduleRequest.value}'`)
    } else {
      const theirs = exportedDeclarations(join(file, '..', moduleRequest.value.replace(/\.js$/, '.d.ts')))
      if (importName.kind === 'AllButDefault') for (const [each, text] of theirs) found.set(each, text)
      else if (importName.kind === 'All') found.set(name, namespaceOf(name, theirs))
      else found.set(name, theirs.get(importName.name ?? name) ?? missing(name, file))
    }
  }
  return found
}

/** All that declares a name in its own file: a function's overloads, a value and a type of one name. */
function declarationOf(name: string, { program, comments }: Parsed, file: string): string {
  const code = readFileSync(file, 'utf8')
  const texts = program.body
    .map(statement => declarationIn(statement))
    .filter(declaration => namesOf(declaration).includes(name))
    .map(({ start, end }) => withoutComments(code, start, end, comments))
  return texts.length === 0 ? missing(name, file) : texts.join('\n')
}

function declarationIn(statement: Statement): Statement {
  const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null
  return declaration ?? statement
}

function namesOf(declaration: Statement): string[] {
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  const isNamed = 'id' in declaration && declaration.id?.type === 'Identifier'
  return isNamed && declaration.id !== null ? [(declaration.id as { name: string }).name] : []
}

/** What is private can be seen in a declaration, and is nobody's business. */
const privates = /^\s*(#private|private .*);$/gm

function withoutComments(code: string, start: number, end: number, comments: Parsed['comments']): string {
  let text = ''
  let at = start
  for (const comment of comments) {
    if (comment.start < start || comment.end > end) continue
    text += code.slice(at, comment.start)
    at = comment.end
  }
  text += code.slice(at, end)
  return text
    .replaceAll(privates, '')
    .replaceAll(/^declare /gm, '')
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
}

function namespaceOf(name: string, members: Map<string, string>): string {
  return `namespace ${name} {\n${[...members.values()].toSorted().join('\n')}\n}`
}

function missing(name: string, file: string): never {
  throw new Error(`${file} exports ${name}, which is declared nowhere.`)
}
