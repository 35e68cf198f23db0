import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runQuietly } from '../run/child.mjs'
import { fingerprint } from './fingerprint.mjs'
import { node24, toolPath } from './node-24.mjs'
import { Stamp } from './stamp.mjs'
import { say, workspace } from './workspace.mjs'

const folder = join(workspace, 'packages/console')
const dist = join(folder, 'dist')
const stampName = '.built-from'
const stamp = new Stamp(join(dist, stampName))
const wanted = () => fingerprint(workspace, ['packages/console/web', 'package-lock.json'])

/** The console's pages as browsers get them, in packages/console/dist. */
export const consolePages = {
  isReady: () => stamp.matches(wanted()),

  async make() {
    say("Building the console's pages …")
    const made = wanted()
    removeLeftovers()
    // Built beside the old pages and then put in their place, so that a killed build leaves nothing half.
    const next = mkdtempSync(`${dist}.`)
    await runQuietly(node24(), [vite, 'build', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'], {
      cwd: join(folder, 'web'),
      env: { ...process.env, PATH: toolPath() },
      whatToDo: 'The pages are in packages/console/web: mend what vite names above, then try again.',
    })
    new Stamp(join(next, stampName)).write(made)
    rmSync(dist, { recursive: true, force: true })
    renameSync(next, dist)
  },
}

const vite = join(workspace, 'node_modules/vite/bin/vite.js')

/** What builds that were killed have left. */
function removeLeftovers() {
  for (const name of readdirSync(folder)) {
    if (name.startsWith('dist.')) rmSync(join(folder, name), { recursive: true })
  }
}
