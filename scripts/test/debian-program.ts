import { accessSync, constants, existsSync } from 'node:fs'
import { type PartResult, show } from './part.ts'
import { none } from './totals.ts'

/** Something that tests use and npm doesn't have. */
export interface DebianPackage {
  readonly name: string
  /** Where Debian's package puts it. */
  readonly path: string
  readonly package: string
  /** Who needs it, to begin a sentence: `The end-to-end tests`. */
  readonly neededBy: string
}

/** A program that tests can't do without. */
export interface DebianProgram extends DebianPackage {
  /** The environment variable that names another one. */
  readonly variable: string
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

export const libcloud: DebianPackage = {
  name: 'libcloud',
  path: '/usr/lib/python3/dist-packages/libcloud/compute/drivers/cloudscale.py',
  package: 'python3-libcloud',
  neededBy: 'The smoke test with a client that others wrote',
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

/**
 * Makes sure that there is what a test uses where it can be had: as root on Debian it is installed. Elsewhere it is said that
 * the test is skipped, by its name and with what to do.
 */
export async function offer(wanted: DebianPackage, machine: MachineOptions = {}): Promise<PartResult> {
  const { isRoot = process.getuid?.() === 0, run = show } = machine
  const { name, path, package: debian, neededBy } = wanted
  if (!existsSync(path) && isRoot) await install(wanted, run, hurried)
  console.log(
    existsSync(path)
      ? path
      : `${neededBy} is skipped: there is no ${name} at ${path}. Install it to have it run (on Debian: sudo apt-get install ${debian}).`,
  )
  return { exitCode: 0, totals: none }
}

/** Whether it worked shows in the result: it is there or not. */
async function install(
  { name, package: debian }: DebianPackage,
  run: typeof show,
  more: readonly string[] = [],
): Promise<void> {
  console.log(`Installing ${name} …`)
  const options = [...patient, ...more]
  if ((await run('apt-get', [...options, 'update'], unattended)) !== 0) return
  await run('apt-get', [...options, 'install', '-y', '--no-install-recommends', debian], unattended)
}

const patient = ['-q', '-o', 'DPkg::Lock::Timeout=300']

/** Who can do without it does not wait for a network that isn't there. */
const hurried = ['-o', 'Acquire::Retries=0', '-o', 'Acquire::http::Timeout=10']

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
