// Makes packages/evenkeel/dist: the library as it is published. Compiled beside the old folder, which it then replaces.
import { spawnSync } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { completePackage, emptied, entries, shown, source } from './package-folder.ts'

/** Compiles the library into `folder`. */
export function build(folder: string): void {
  const next = emptied(`${folder}.next`)
  compile(next)
  completePackage(next)
  rmSync(folder, { recursive: true, force: true })
  renameSync(next, folder)
}

function compile(folder: string): void {
  const project = join(folder, 'tsconfig.json')
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(source, 'build/tsconfig.json'),
      compilerOptions: { outDir: folder },
      files: entries(),
    }),
  )
  const tsc = join(source, '../../node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The library does not compile:\n${stdout}`)
  rmSync(project)
}

if (import.meta.main) {
  const dist = join(source, 'dist')
  build(dist)
  console.log(`Built ${shown(dist)}. Publish it with \`npm publish ${shown(dist)}\`.`)
}
