import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InternalException } from 'evenkeel'
import { eventually } from './eventually.ts'

/** How a process ended: by its exit code or by a signal. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** Settings of the program; what is undefined is not set. */
export type Environment = { readonly [name: string]: string | undefined }

/** The program ended when it was to serve. */
export class PanelEndedException extends InternalException {
  constructor({ code, signal }: ProcessEnd, output: string) {
    super(`The panel ended (${signal ?? `exit code ${code}`}) before it could serve. It said:\n${output}`)
  }
}

/**
 * The panel as its users run it: a process of its own, with a data folder and a port of its own, that can be
 * stopped, killed and started again. Nothing of it is left when it is disposed of.
 */
export class PanelProcess implements AsyncDisposable {
  readonly port: number
  /** Where it is reached, without a slash at the end. */
  readonly url: string
  /** Removed at the end, with the data in it. */
  readonly #folder: string
  readonly #environment: Environment
  #child: ChildProcess | undefined
  #end: Promise<ProcessEnd> = Promise.resolve({ code: 0, signal: null })
  #said: { stdout: string; stderr: string } = { stdout: '', stderr: '' }
  #output = ''

  private constructor(folder: string, port: number, environment: Environment) {
    this.#folder = folder
    this.port = port
    this.url = `http://127.0.0.1:${port}`
    this.#environment = {
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      // Whoever drives it from here is quicker than customers are.
      RATE_LIMIT: 'off',
      CHANGING_MS: '0',
      ...environment,
    }
  }

  /** Prepares a folder and a port. Nothing runs yet. */
  static async prepare(environment: Environment = {}): Promise<PanelProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'evenkeel-panel-'))
    return new PanelProcess(folder, await freePort(), environment)
  }

  /** A panel that serves. @throws {PanelEndedException} it did not start */
  static async start(environment: Environment = {}): Promise<PanelProcess> {
    const panel = await PanelProcess.prepare(environment)
    try {
      await panel.start()
      return panel
    } catch (error) {
      await panel[Symbol.asyncDispose]()
      throw error
    }
  }

  get dataDir(): string {
    return join(this.#folder, 'data')
  }

  /** Of the running process, for signals. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** What the latest process has printed. */
  get stdout(): string {
    return this.#said.stdout
  }

  /** What the latest process has complained about. */
  get stderr(): string {
    return this.#said.stderr
  }

  /** All that any of its processes has said. */
  get output(): string {
    return this.#output
  }

  /** How the latest process ends. */
  get end(): Promise<ProcessEnd> {
    return this.#end
  }

  get isRunning(): boolean {
    return this.#child !== undefined
  }

  /** Runs the program, and resolves when it serves. @throws {PanelEndedException} it ended instead */
  async start(environment: Environment = {}): Promise<void> {
    this.launch(environment)
    const end = await Promise.race([this.#end, this.#ready()])
    if (end !== 'ready') throw new PanelEndedException(end, this.stdout + this.stderr)
  }

  /** Runs the program without waiting for anything. */
  launch(environment: Environment = {}): void {
    if (this.#child !== undefined) throw new InternalException('The panel runs already: stop it first.')
    this.#said = { stdout: '', stderr: '' }
    const child = this.#spawn(program, [], environment)
    this.#child = child
    this.#end = endOf(child).then(end => {
      this.#child = undefined
      return end
    })
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => {
        this.#said[stream] += text
        this.#output += text
      })
    }
  }

  /** Ends it as an operator does: it finishes what it is at. */
  stop(): Promise<ProcessEnd> {
    return this.signal('SIGTERM')
  }

  /** Ends it as a power cut does. */
  kill(): Promise<ProcessEnd> {
    return this.signal('SIGKILL')
  }

  async signal(signal: NodeJS.Signals): Promise<ProcessEnd> {
    this.#child?.kill(signal)
    return this.#end
  }

  /** Runs the command that makes a token, on the same data. */
  makeToken(...words: readonly string[]): Promise<string> {
    return this.#run(tokenCommand, words)
  }

  /** Runs the command that makes a backup of the data. @returns what it says */
  backUp(file: string): Promise<string> {
    return this.#run(backupCommand, [file])
  }

  /** Takes everything away that it has kept, but the secret key. */
  async wipe(): Promise<void> {
    await rm(this.dataDir, { recursive: true })
  }

  /** Runs the command that puts a backup where the data were. @returns what it says */
  restore(file: string): Promise<string> {
    return this.#run(restoreCommand, [file])
  }

  /** @throws {PanelEndedException} the command failed */
  async #run(command: string, words: readonly string[]): Promise<string> {
    const child = this.#spawn(command, words, {})
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    const end = await endOf(child)
    if (end.code !== 0) throw new PanelEndedException(end, output)
    return output.trim()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  // Of this process's own environment only what makes programs run: a setting of the shell is none of the panel's.
  #spawn(path: string, words: readonly string[], environment: Environment): ChildProcess {
    const { PATH } = process.env
    return spawn(process.execPath, ['--import', dieWithParent, path, ...words], {
      cwd: this.#folder,
      env: { PATH, NODE_COMPILE_CACHE: compileCache, ...this.#environment, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  #ready(): Promise<'ready'> {
    return eventually('the panel to serve', async () => {
      if (!this.isRunning) return 'ready' // the race has been won by its end
      return (await this.#answers()) ? 'ready' : undefined
    })
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/health/ready`)).ok
    } catch {
      return false // nobody listens yet
    }
  }
}

const program = fileURLToPath(new URL('../main.ts', import.meta.url))
const tokenCommand = fileURLToPath(new URL('../token.ts', import.meta.url))
const backupCommand = fileURLToPath(new URL('../backup.ts', import.meta.url))
const restoreCommand = fileURLToPath(new URL('../restore.ts', import.meta.url))
const repository = new URL('../../../../', import.meta.url)
const dieWithParent = new URL('scripts/run/die-with-parent.mjs', repository).href
const compileCache = fileURLToPath(new URL('node_modules/.cache/node-compile', repository))

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    // Not `exit`: what it said last is still on its way then.
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port)
        else reject(new InternalException('A server that listens has no port.'))
      })
    })
  })
}
