import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from './build.ts'
import { source } from './package-folder.ts'

/** A new user's folder, outside the workspace, with the packed library installed in it. */
export class FreshApp implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'evenkeel-app-'))

  constructor() {
    const dist = join(this.folder, 'dist')
    build(dist)
    const [packed] = JSON.parse(this.run('npm', 'pack', '--json', '--pack-destination', this.folder, dist))
    this.write('package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }))
    this.install(join(this.folder, packed.filename))
  }

  /** Puts packages of the registry, or tarballs, into the app. */
  install(...packages: readonly string[]): void {
    this.run('npm', 'install', '--no-audit', '--no-fund', '--prefer-offline', ...packages)
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text)
  }

  /** Runs a program in the app and returns what it prints. Throws if it fails. */
  run(program: string, ...args: readonly string[]): string {
    return execFileSync(program, args, { cwd: this.folder, encoding: 'utf8', env: outsideOfTests() })
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true })
  }
}

/** A program of Node in this version, by the package that brings it. */
export function nodeOf(version: string, folder: string): string {
  const home = join(folder, `node-${version}`)
  mkdirSync(home)
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }))
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', `node@${version}`], {
    cwd: home,
    env: outsideOfTests(),
    encoding: 'utf8',
  })
  return join(home, 'node_modules/node/bin/node')
}

/** The README's code, by the file name in its first line, and what it says that is printed. */
export function readmeBlocks(): Map<string, string> {
  const readme = readFileSync(join(source, 'README.md'), 'utf8')
  const blocks = new Map<string, string>()
  for (const [, text = ''] of readme.matchAll(/^```\w+\n(.*?)^```$/gms)) {
    blocks.set(/^(?:\/\/ |\$ node )(\S+)\n/.exec(text)?.[0].trim() ?? '', text.replace(/^.*\n/, ''))
  }
  return blocks
}

/** What Vitest and npm set for their children is not meant for a program that a user starts. */
function outsideOfTests(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(VITEST|NODE_OPTIONS|NODE_ENV|NODE_PATH|npm_(?!config_))/.test(name),
    ),
  )
}
