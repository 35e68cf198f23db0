import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'

/** A reader's shell: what one block sets, the next ones have. */
export class Shell implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  #said = ''
  #complained = ''

  constructor(environment: { readonly [name: string]: string }) {
    this.#child = spawn('bash', [], { env: { PATH: process.env['PATH'], ...environment } })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complained += text
    })
  }

  /** Runs the lines, and returns what they print. */
  async run(block: string): Promise<string> {
    this.#child.stdin.write(`${block}\nprintf '\\0'\n`)
    while (!this.#said.includes('\0')) await once(this.#child.stdout, 'data')
    const [printed = '', ...rest] = this.#said.split('\0')
    this.#said = rest.join('\0')
    if (this.#complained !== '') throw new Error(`The shell complained:\n${this.#complained}`)
    return printed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return
    this.#child.stdin.end()
    await once(this.#child, 'close')
  }
}
