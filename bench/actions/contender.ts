import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Carried, Load } from './load.ts'

/** What a contender's process says: that it is ready, that it can't be, or what it has carried. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'carried'; readonly carried: Carried }

/** An engine, with the server that it needs if it needs one, in a process of its own. */
export class Contender implements AsyncDisposable {
  readonly name: string
  readonly #process: ChildProcess

  private constructor(name: string, process: ChildProcess) {
    this.name = name
    this.#process = process
  }

  /** Undefined where the contender can't be started, which it says in one line. */
  static async start(name: string): Promise<Contender | undefined> {
    const child = fork(fileURLToPath(new URL('./contend.ts', import.meta.url)), [name])
    const told = await next(child)
    if (told.kind === 'ready') return new Contender(name, child)
    if (told.kind === 'unavailable') console.log(`${name} is left out: ${told.reason}`)
    await end(child)
    return undefined
  }

  async carry(load: Load): Promise<Carried> {
    this.#process.send(load)
    const told = await next(this.#process)
    if (told.kind !== 'carried') throw new Error(`${this.name} was to carry a load, and said ${told.kind}.`)
    return told.carried
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.#process)
  }
}

/** The process ends by itself, and whatever it has started with it, when nobody holds the channel to it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  if (child.connected) child.disconnect()
  await ended
}

function next(child: ChildProcess): Promise<Told> {
  return new Promise((resolve, reject) => {
    const exited = (code: number | null) =>
      reject(new Error(`A process of the benchmark ended with ${code}: what it printed is above.`))
    child.once('exit', exited)
    child.once('message', message => {
      child.off('exit', exited)
      resolve(message as Told)
    })
  })
}
