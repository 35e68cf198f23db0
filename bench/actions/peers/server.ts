import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { EngineUnavailable } from '../engine.ts'

const patienceMs = 60_000

export interface ServerOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** The user that it runs as. @default ours */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
  /** Asks it to end, now. */
  readonly stopSignal: NodeJS.Signals
  /** Given each line that it prints: whether it is ready. */
  readonly isReady: (line: string) => boolean
}

/** A peer's server, as a child of this process. */
export class Server implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #stopSignal: NodeJS.Signals

  private constructor(process: ChildProcess, stopSignal: NodeJS.Signals) {
    this.#process = process
    this.#stopSignal = stopSignal
  }

  /** @throws {EngineUnavailable} it ended, or was not ready in a minute */
  static async start({ command, args, env, user, stopSignal, isReady }: ServerOptions): Promise<Server> {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      ...user,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const server = new Server(child, stopSignal)
    const ready = Promise.withResolvers<void>()
    let lastLine = 'it said nothing'
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', line => {
        lastLine = line
        if (isReady(line)) ready.resolve()
      })
    }
    const unavailable = (what: string) =>
      ready.reject(new EngineUnavailable(`${command} ${what}: ${lastLine}`))
    child.once('error', error => unavailable(`could not be run (${error.message})`))
    child.once('exit', code => unavailable(`ended with ${code}`))
    const impatient = setTimeout(() => unavailable(`was not ready in ${patienceMs / 1000} s`), patienceMs)
    try {
      await ready.promise
      return server
    } catch (error) {
      await server[Symbol.asyncDispose]()
      throw error
    } finally {
      clearTimeout(impatient)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (
      this.#process.pid === undefined ||
      this.#process.exitCode !== null ||
      this.#process.signalCode !== null
    )
      return
    const ended = once(this.#process, 'exit')
    this.#process.kill(this.#stopSignal)
    await ended
  }
}
