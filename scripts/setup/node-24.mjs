import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { SetupFailure, workspace } from './workspace.mjs'

const bundled = join(workspace, 'node_modules/node/bin/node')

/**
 * The Node that runs TypeScript from source: the one that npm installed, whatever the machine has.
 *
 * @throws {SetupFailure} npm was kept from installing it, and this process runs on an older one
 */
export function node24() {
  if (existsSync(bundled)) return bundled
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  throw new SetupFailure(
    'Node 24 is missing: npm installed the package `node` without running its install script. Set `ignore-scripts=false` in your npm settings, remove node_modules and try again, or run this with Node 24.',
  )
}

/** A PATH on which the tools of this repository, and the Node that they run on, come first. */
export function toolPath() {
  const { PATH = '' } = process.env
  return [dirname(node24()), join(workspace, 'node_modules/.bin'), PATH].join(delimiter)
}
