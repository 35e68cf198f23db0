import { accessSync, constants } from 'node:fs'
import { type PartResult, show } from './part.ts'
import { none } from './totals.ts'

/** A program that tests need and npm doesn't have. */
export interface DebianProgram {
  readonly name: string
  /** Where Debian's package puts it. */
  readonly path: string
  readonly package: string
  /** The environment variable that names another one. */
  readonly variable: string
  /** Who needs it, to begin a sentence: `The end-to-end tests`. */
  readonly neededBy: string
}

export const chromium: DebianProgram = {
  name: 'Chromium',
  path: '/usr/bin/chromium',
  package: 'chromium',
  variable: 'CHROMIUM_PATH',
  neededBy: 'The end-to-end tests',
}

export const prometheus: DebianProgram = {
  name: 'Prometheus',
  path: '/usr/bin/prometheus',
  package: 'prometheus',
  variable: 'PROMETHEUS_PATH',
  neededBy: 'The tests of the metrics page, rules and alerts',
}

export interface MachineOptions {
  /** @default process.env */
  environment?: NodeJS.ProcessEnv
  /** Whether this user may install packages. @default only root */
  isRoot?: boolean
  /** Runs a command of the system, and returns its exit code. */
  run?: typeof show
}

/**
 * Makes sure that there is a program: Debian's, or the one that its variable names. As root on Debian it installs a
 * missing one; elsewhere it fails with what to do, because tests that are skipped silently are worth nothing.
 */
export async function provide(program: DebianProgram, machine: MachineOptions = {}): Promise<PartResult> {
  const { environment = process.env, isRoot = process.getuid?.() === 0, run = show } = machine
  const { name, package: debian, variable, neededBy } = program
  const path = environment[variable] ?? program.path
  if (!isExecutable(path) && path === program.path && isRoot) await install(program, run)
  if (isExecutable(path)) {
    console.log(path)
    return { exitCode: 0, totals: none }
  }
  console.error(
    `${neededBy} need ${name}, and there is none at ${path}. Install it (on Debian: sudo apt-get install ${debian}), or set ${variable} to the program.`,
  )
  return { exitCode: 1, totals: { passed: 0, failed: 1 } }
}

/** Whether it worked shows in the result: the program is there or not. */
async function install({ name, package: debian }: DebianProgram, run: typeof show): Promise<void> {
  console.log(`Installing ${name} …`)
  if ((await run('apt-get', [...patient, 'update'], unattended)) !== 0) return
  await run('apt-get', [...patient, 'install', '-y', '--no-install-recommends', debian], unattended)
}

const patient = ['-q', '-o', 'DPkg::Lock::Timeout=300']

/** Nobody is asked anything, and no service that a package brings is started: the tests start their own. */
const unattended = { DEBIAN_FRONTEND: 'noninteractive', SYSTEMD_OFFLINE: '1', RUNLEVEL: '1' }

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // whatever the reason is, nobody can run it
  }
}
