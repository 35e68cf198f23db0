import { readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { parseSync } from 'vite'

/** The packages that the files of a folder import, by code or by type, each once. */
export function importedPackages(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path =>
    /\.(js|d\.ts)$/.test(path),
  )
  const specifiers = files.flatMap(path => specifiersIn(join(folder, path)))
  return [...new Set(specifiers.filter(isOutside).map(packageOf))]
}

function specifiersIn(file: string): string[] {
  const { module } = parseSync(file, readFileSync(file, 'utf8'))
  const exported = module.staticExports.flatMap(({ entries }) => entries)
  return [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...exported.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
  ]
}

function isOutside(specifier: string): boolean {
  return !specifier.startsWith('.') && !isBuiltin(specifier)
}

/** `@nestjs/common` of `@nestjs/common/decorators`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}
