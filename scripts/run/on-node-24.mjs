import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { node24 } from '../setup/node-24.mjs'
import { workspace } from '../setup/workspace.mjs'
import { runChild } from './child.mjs'

/**
 * Runs a program of this repository on Node 24, with this process's streams, in its stead.
 *
 * On Node 24 itself, as under `npm start` from the second time on, this process becomes the program: the
 * same process id, no parent in between. An older Node can't do that: there the program is a child that
 * gets the signals sent to this process and hands its exit code back.
 *
 * Below npm, or below this process, the program dies with its parent. Started by hand without npm it
 * may outlive the shell, as any program may.
 *
 * @param {string} program its path within the repository
 * @param {readonly string[]} [args]
 * @returns {Promise<never>}
 */
export async function runOnNode24(program, args = process.argv.slice(2)) {
  const node = node24()
  const { npm_lifecycle_event: npmScript } = process.env
  const env = { NODE_COMPILE_CACHE: join(workspace, 'node_modules/.cache/node-compile'), ...process.env }
  const command = [join(workspace, program), ...args]
  const guarded = ['--import', dieWithParent, ...command]

  if (process.execve !== undefined)
    process.execve(node, [node, ...(npmScript === undefined ? command : guarded)], env)
  if (npmScript !== undefined) await import(dieWithParent)
  const { code } = await runChild(node, guarded, { env, stdio: 'inherit' })
  process.exit(code)
}

const dieWithParent = pathToFileURL(join(workspace, 'scripts/run/die-with-parent.mjs')).href
