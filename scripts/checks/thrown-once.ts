// Fails if an application makes a stackless exception of its own in more than one place. Part of `npm run lint`.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { workspace } from '../setup/workspace.mjs'
import { madeTwice } from './made-twice.ts'

const applications = ['apps', 'examples', 'packages/console']
const library = 'packages/evenkeel'
const packages = new Map([
  ['@evenkeel/console', 'packages/console/src/index.ts'],
  ...exportsOf(library, 'evenkeel'),
])

const sources = [...applications, library].map(folder => `${folder}/**/*.ts`)
const exclude = [
  '**/node_modules/**',
  '**/dist/**',
  '**/*.{test,contract,fixture,e2e,long,reference}.ts',
  '**/*.d.ts',
]
const files = new Map(
  globSync(sources, { cwd: workspace, exclude })
    .toSorted()
    .map(file => [file, readFileSync(join(workspace, file), 'utf8')]),
)
const isApplication = (file: string) => applications.some(folder => file.startsWith(`${folder}/`))

const found = madeTwice(files, { packages, isApplication })
for (const { name, sites } of found) {
  const [first, ...more] = sites.map(({ file, line }) => `${file}:${line}`)
  for (const site of more) {
    console.error(
      `${site}  ${name} is made at ${first} already. It has no stack, so its name has to tell the place: make it in one function, or give each place a class.`,
    )
  }
}
if (found.length > 0) process.exitCode = 1

/** The imports that a package offers, each with its file. */
function exportsOf(folder: string, name: string): [string, string][] {
  const { exports } = JSON.parse(readFileSync(join(workspace, folder, 'package.json'), 'utf8'))
  return Object.entries<string>(exports).map(([subpath, path]) => [join(name, subpath), join(folder, path)])
}
