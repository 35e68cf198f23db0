import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodeOf, runChild } from '../run/child.mjs'
import { toolPath } from '../setup/node-24.mjs'
import { workspace } from '../setup/workspace.mjs'
import { none, type Totals, totalsOf } from './totals.ts'

/** One thing that is checked. */
export interface Part {
  readonly name: string
  run(): Promise<PartResult>
}

export interface PartResult {
  readonly exitCode: number
  /** Its tests. A part that failed has at least one failed, whatever it was that failed. */
  readonly totals: Totals
}

/** Runs a tool of this repository with its output shown. */
export async function tool(command: string, ...args: readonly string[]): Promise<PartResult> {
  return resultOf(await show(join(workspace, 'node_modules/.bin', command), args))
}

/** Runs a program of this repository with its output shown. */
export async function program(path: string, ...args: readonly string[]): Promise<PartResult> {
  return resultOf(await show(process.execPath, [join(workspace, path), ...args]))
}

/** Runs a program that is a test: it counts as one. */
export async function testProgram(path: string, ...args: readonly string[]): Promise<PartResult> {
  const { exitCode, totals } = await program(path, ...args)
  return { exitCode, totals: exitCode === 0 ? { passed: 1, failed: 0 } : totals }
}

function resultOf(exitCode: number): PartResult {
  return { exitCode, totals: exitCode === 0 ? none : { passed: 0, failed: 1 } }
}

/**
 * Runs the tests of projects of vitest.config.ts. A test left alone by `.only` is an error, not a way to skip the others.
 *
 * @param scratch the folder for the report, and for what the tests write
 */
export async function vitestProjects(projects: readonly string[], scratch: string): Promise<PartResult> {
  const report = join(scratch, `${projects.join('-')}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const chosen = projects.flatMap(project => ['--project', project])
  const args = ['run', ...chosen, '--allowOnly=false', ...reporters]
  const exitCode = await show(join(workspace, 'node_modules/.bin/vitest'), args, { TMPDIR: scratch })
  const totals = existsSync(report) ? totalsOf(readFileSync(report, 'utf8')) : none
  return { exitCode, totals: exitCode === 0 ? totals : { ...totals, failed: Math.max(1, totals.failed) } }
}

/** Runs a program with its output shown and nothing to read, and returns its exit code: never 0 if it was interrupted. */
export async function show(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  const { code, interruptedBy } = await runChild(command, args, {
    cwd: workspace,
    env: { ...process.env, PATH: toolPath(), ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return code === 0 && interruptedBy !== undefined ? exitCodeOf(interruptedBy) : code
}
