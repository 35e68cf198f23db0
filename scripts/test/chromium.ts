import { accessSync, constants } from 'node:fs'
import { type PartResult, show } from './part.ts'
import { none } from './totals.ts'

const standardPath = '/usr/bin/chromium'

/**
 * Makes sure that there is a browser for the end-to-end tests: Debian's, or the one that CHROMIUM_PATH
 * names. As root on Debian it installs a missing one; elsewhere it fails with what to do, because tests
 * that are skipped silently are worth nothing.
 */
export async function chromium(): Promise<PartResult> {
  const { CHROMIUM_PATH: path = standardPath } = process.env
  if (!isExecutable(path) && path === standardPath && isRoot()) await install()
  if (isExecutable(path)) {
    console.log(path)
    return { exitCode: 0, totals: none }
  }
  console.error(
    `The end-to-end tests need Chromium, and there is none at ${path}. Install it (on Debian: sudo apt-get install chromium), or set CHROMIUM_PATH to the program.`,
  )
  return { exitCode: 1, totals: { passed: 0, failed: 1 } }
}

/** Whether it worked shows in the result: the browser is there or not. */
async function install(): Promise<void> {
  const unattended = { DEBIAN_FRONTEND: 'noninteractive' }
  const patient = ['-q', '-o', 'DPkg::Lock::Timeout=300']
  console.log('Installing Chromium …')
  if ((await show('apt-get', [...patient, 'update'], unattended)) !== 0) return
  await show('apt-get', [...patient, 'install', '-y', '--no-install-recommends', 'chromium'], unattended)
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // whatever the reason is, nobody can run it
  }
}
