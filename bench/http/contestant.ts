import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Load, Served } from './load.ts'

/** What one round of load showed of a server. */
export interface Measured {
  readonly requestsPerS: number
  /** What the server's main thread spent on one request, in microseconds. */
  readonly cpuUs: number
  /** The share of the time in which the main thread worked: near 1, it was the server that set the pace. */
  readonly busy: number
}

/** A server in a process of its own. */
export class Contestant implements AsyncDisposable {
  readonly name: string
  readonly #process: ChildProcess
  readonly #port: number

  private constructor(name: string, process: ChildProcess, port: number) {
    this.name = name
    this.#process = process
    this.#port = port
  }

  static async start(name: string): Promise<Contestant> {
    const process = forked('./serve.ts', name)
    const { port } = await told<{ port: number }>(process)
    return new Contestant(name, process, port)
  }

  /** Loads it from another process. */
  async measure(
    client: ChildProcess,
    { path, status, durationS }: { path: string; status: number; durationS: number },
  ): Promise<Measured> {
    const usedUs = await this.#mainThreadUs()
    client.send({ url: `http://127.0.0.1:${this.#port}${path}`, durationS, status } satisfies Load)
    const { requests, seconds } = await told<Served>(client)
    const cpuUs = (await this.#mainThreadUs()) - usedUs
    return { requestsPerS: requests / seconds, cpuUs: cpuUs / requests, busy: cpuUs / 1e6 / seconds }
  }

  async #mainThreadUs(): Promise<number> {
    this.#process.send('usage')
    const { mainThreadUs } = await told<{ mainThreadUs: number }>(this.#process)
    return mainThreadUs
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#process)
  }
}

/** The process that loads the servers. */
export function startClient(): ChildProcess {
  return forked('./load.ts')
}

/** Ends a process of ours, which does so when nobody holds the channel to it. */
export async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return
  const ended = once(process, 'exit')
  process.disconnect()
  await ended
}

function forked(file: string, ...args: readonly string[]): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args)
}

/** What a process says next. */
function told<T>(process: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null) =>
      reject(new Error(`A process of the benchmark ended with ${code}.`))
    process.once('exit', exited)
    process.once('message', message => {
      process.off('exit', exited)
      resolve(message as T)
    })
  })
}
