import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { SetupFailure, workspace } from '../setup/workspace.mjs'

/** @type {readonly NodeJS.Signals[]} */
const passedOn = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program to its end. Signals that end this process are passed on to it instead, so that the
 * program decides how to stop, and nothing of it is left behind.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(child: import('node:child_process').ChildProcess) => void} [onStart]
 * @returns {Promise<{ code: number, interruptedBy: NodeJS.Signals | undefined }>} the exit code as a shell
 *   counts it (128 + n for an end by signal n), and the signal that was passed on, if one was
 * @throws {Error} the program can't be started
 */
export function runChild(command, args, options, onStart = () => {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, options)
    /** @type {NodeJS.Signals | undefined} */
    let interruptedBy
    /** @param {NodeJS.Signals} signal */
    const passOn = signal => {
      interruptedBy = signal
      child.kill(signal)
    }
    const settle = () => {
      for (const signal of passedOn) process.off(signal, passOn)
    }
    for (const signal of passedOn) process.on(signal, passOn)
    child.once('error', error => {
      settle()
      reject(error)
    })
    child.once('close', (code, signal) => {
      settle()
      resolve({ code: code ?? exitCodeOf(signal ?? 'SIGKILL'), interruptedBy })
    })
    onStart(child)
  })
}

/**
 * Runs a program whose output only matters if it fails. If it is interrupted, so is this process.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv, whatToDo: string }} options
 * @throws {SetupFailure} it failed; its output has been shown
 */
export async function runQuietly(command, args, { cwd = workspace, env, whatToDo }) {
  /** @type {Buffer[]} */
  const output = []
  const { code, interruptedBy } = await runChild(
    command,
    args,
    { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] },
    child => {
      child.stdout?.on('data', chunk => output.push(chunk))
      child.stderr?.on('data', chunk => output.push(chunk))
    },
  )
  if (interruptedBy !== undefined) process.exit(exitCodeOf(interruptedBy))
  if (code === 0) return
  process.stderr.write(Buffer.concat(output))
  throw new SetupFailure(`\`${command} ${args[0]}\` failed with exit code ${code}. ${whatToDo}`)
}

/** @param {NodeJS.Signals} signal */
export function exitCodeOf(signal) {
  return 128 + constants.signals[signal]
}
