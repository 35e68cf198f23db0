import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { node24 } from '../setup/node-24.mjs'
import { workspace } from '../setup/workspace.mjs'
import { runChild } from './child.mjs'

/**
 * Runs a program of this repository on Node 24, with this process's streams, in its stead.
 *
 * On Node 24 itself, as under `npm start` from the second time on, this process becomes the program: the
 * same process id, no parent in between. An older Node can't do that; there the program is a child that
 * gets the signals sent to this process, hands its exit code back, and dies at once if this process is
 * killed, as it would if they were one.
 *
 * @param {string} program its path within the repository
 * @param {readonly string[]} [args]
 * @returns {Promise<never>}
 */
export async function runOnNode24(program, args = process.argv.slice(2)) {
  const node = node24()
  const path = join(workspace, program)
  const env = { NODE_COMPILE_CACHE: join(workspace, 'node_modules/.cache/node-compile'), ...process.env }
  if (process.execve !== undefined) process.execve(node, [node, path, ...args], env)
  const { code } = await runChild(node, ['--import', dieWithParent, path, ...args], {
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  })
  process.exit(code)
}

const dieWithParent = pathToFileURL(join(workspace, 'scripts/run/die-with-parent.mjs')).href
