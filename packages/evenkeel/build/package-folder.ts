import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rewriteDeclarations, rewriteJavaScript } from './compiled-paths.ts'

/** The library's own folder. */
export const source = fileURLToPath(new URL('..', import.meta.url))

interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly exports: { readonly [subpath: string]: string }
  readonly dependencies?: object
  readonly peerDependencies?: object
  readonly peerDependenciesMeta?: object
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
}

/** The files from which all that is published can be reached: what is exported, and what runs on worker threads. */
export function entries(): string[] {
  const exported = Object.values(readManifest().exports).map(path => join(source, path))
  const workers = readdirSync(join(source, 'src'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('worker.ts'))
    .map(path => join(source, 'src', path))
  return [...exported, ...workers]
}

/**
 * Completes a folder that holds the compiled library, so that it can be published as it is: Node strips no types
 * under `node_modules`, and npm has no other way to publish other exports than those that the workspace uses.
 *
 * @throws {Error} something that is named is not in the folder
 */
export function completePackage(folder: string): void {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (path.endsWith('.js')) rewriteFile(join(folder, path), rewriteJavaScript)
    if (path.endsWith('.d.ts')) rewriteFile(join(folder, path), rewriteDeclarations)
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(publishedManifest(folder), undefined, 2)}\n`)
  copyFileSync(join(source, 'README.md'), join(folder, 'README.md'))
  copyFileSync(join(source, '../../LICENSE'), join(folder, 'LICENSE'))
}

/** What is published of the manifest: exports lead to what was compiled, and nothing speaks of the workspace. */
function publishedManifest(folder: string): object {
  const { name, version, description, license, exports, ...manifest } = readManifest()
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: '>=22' },
    sideEffects: false,
    exports: {
      ...Object.fromEntries(
        Object.entries(exports).map(([subpath, path]) => [subpath, compiled(folder, path)]),
      ),
      './package.json': './package.json',
    },
    ...pick(manifest, ['dependencies', 'peerDependencies', 'peerDependenciesMeta']),
  }
}

function compiled(folder: string, path: string): { types: string; default: string } {
  const module = path.replace(/^\.\/src\//, './').replace(/\.ts$/, '')
  const targets = { types: `${module}.d.ts`, default: `${module}.js` }
  for (const target of Object.values(targets)) {
    if (!existsSync(join(folder, target)))
      throw new Error(`The package exports ${target}, which was not built.`)
  }
  return targets
}

function rewriteFile(file: string, rewrite: typeof rewriteJavaScript): void {
  const { code, paths } = rewrite(readFileSync(file, 'utf8'))
  for (const path of paths) {
    if (!existsSync(join(dirname(file), path)))
      throw new Error(`${file} leads to ${path}, which was not built.`)
  }
  if (paths.length > 0) writeFileSync(file, code)
}

function pick<T extends object>(from: T, names: readonly (keyof T)[]): Partial<T> {
  const picked: Partial<T> = {}
  for (const name of names) if (from[name] !== undefined) picked[name] = from[name]
  return picked
}

/** An empty folder under that path. */
export function emptied(folder: string): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** How a path reads in a message. */
export function shown(path: string): string {
  return relative(source, path)
}
