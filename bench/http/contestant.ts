import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Asked, Load, Served } from './load.ts'

/** What one round of load showed of a server. */
export interface Measured {
  readonly requestsPerS: number
  /** What the server's main thread spent on one request, in microseconds. */
  readonly cpuUs: number
  /** The share of the time in which the main thread worked: near 1, it was the server that set the pace. */
  readonly busy: number
}

export interface ContestantOptions {
  /** What serves, told the name and these words. @default one of those of the HTTP benchmark */
  readonly program?: URL
  /** @default none */
  readonly words?: readonly string[]
}

/** A server in a process of its own. */
export class Contestant implements AsyncDisposable {
  readonly name: string
  /** Without a slash at the end. */
  readonly url: string
  readonly #process: ChildProcess

  private constructor(name: string, process: ChildProcess, port: number) {
    this.name = name
    this.#process = process
    this.url = `http://127.0.0.1:${port}`
  }

  static async start(
    name: string,
    { program = new URL('./serve.ts', import.meta.url), words = [] }: ContestantOptions = {},
  ): Promise<Contestant> {
    const process = forked(program, name, ...words)
    const { port } = await told<{ port: number }>(process)
    return new Contestant(name, process, port)
  }

  /** Loads it from another process. */
  async measure(
    client: ChildProcess,
    { durationS, ...asked }: Asked & { durationS: number },
  ): Promise<Measured> {
    const usedUs = await this.#mainThreadUs()
    client.send({ url: this.url, durationS, ...asked } satisfies Load)
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
  return forked(new URL('./load.ts', import.meta.url))
}

/** Ends a process of ours, which does so when nobody holds the channel to it. */
export async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null) return
  const ended = once(process, 'exit')
  process.disconnect()
  await ended
}

function forked(program: URL, ...words: readonly string[]): ChildProcess {
  return fork(fileURLToPath(program), words)
}

/** What a process says next. */
export function told<T>(process: ChildProcess): Promise<T> {
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
