import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { fingerprint } from '../../../scripts/setup/fingerprint.mjs'
import { Stamp } from '../../../scripts/setup/stamp.mjs'
import { EngineUnavailable } from '../engine.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const stamp = new Stamp(`${folder}node_modules/.evenkeel-installed`)

/**
 * Makes sure that what this folder's package.json names is in its node_modules.
 *
 * @throws {EngineUnavailable} npm could not bring it
 */
export async function installPeers(): Promise<void> {
  const wanted = fingerprint(folder, ['package-lock.json'])
  if (stamp.matches(wanted)) return
  console.log('Installing the peers with npm, this once: 240 MB …')
  try {
    // Their packages work as they are unpacked; what one of them would run at its installation counts installations.
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await promisify(execFile)('npm', args, { cwd: folder })
  } catch (error) {
    const [reason] = String((error as { stderr?: string }).stderr || error).split('\n')
    throw new EngineUnavailable(`npm could not install it (${reason}).`)
  }
  stamp.write(wanted)
}
