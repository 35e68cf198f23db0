import { rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runQuietly } from '../run/child.mjs'
import { fingerprint } from './fingerprint.mjs'
import { Stamp } from './stamp.mjs'
import { say, workspace } from './workspace.mjs'

const modules = join(workspace, 'node_modules')
const stamp = new Stamp(join(modules, '.evenkeel-installed'))
const wanted = () => fingerprint(workspace, ['package-lock.json'])

/** What package-lock.json names, Node 24 among it, in node_modules. */
export const dependencies = {
  isReady: () => stamp.matches(wanted()),

  async make() {
    say('Installing the dependencies with npm: a minute or two, this once …')
    const made = wanted()
    // Like `npm ci`, which can't be used: it refuses a lock file that leaves out a package for another
    // platform, and npm leaves one out as soon as a registry doesn't have it.
    rmSync(modules, { recursive: true, force: true })
    // Node 24 is one of the development dependencies, so these are needed whatever NODE_ENV says.
    await runQuietly('npm', ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund'], {
      env: { ...process.env, PATH: pathWithoutModules() },
      whatToDo:
        'Look at what npm says above; most often the network or a proxy is the reason. Then try again.',
    })
    stamp.write(made)
  },
}

/** npm must not run on the very Node that it is about to replace. */
function pathWithoutModules() {
  const { PATH = '' } = process.env
  return PATH.split(delimiter)
    .filter(folder => !folder.startsWith(modules))
    .join(delimiter)
}
