import { cp, mkdtemp, mkdtempDisposable } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PanelEndedException, PanelProcess, type ProcessEnd } from '../../src/demo/panel-process.ts'
import type { Blow, Signal, Wipe } from './blow.ts'
import { type Finding, finding } from './finding.ts'
import { imageUrl } from './order-thing.ts'

export const tokens = { panel: 'crash-panel', console: 'crash-console' }

// Quick enough for hundreds of rounds, and slow enough for a blow to meet an action at any of its steps.
const settings = {
  CLOUD_LATENCY: '0.02',
  ACTION_SETTLE_MS: '80',
  ACTION_WATCH_MS: '600',
  // So that it also compares what customers are just at.
  RECONCILE_EVERY_S: '1',
  PANEL_TOKEN: tokens.panel,
  CONSOLE_TOKEN: tokens.console,
  IMAGE_URLS: imageUrl,
  LOG_LEVEL: 'error',
}

/** How long the panel may take to end when it is told to, in milliseconds. */
const endMsMax = 10_000
/** How long the cloud is given to strike, in milliseconds. */
const strikeMsMax = 1_500
/** A time-out that was not needed does not keep the test alive. */
const unref = { ref: false }

/** The panel under test: it is struck and started again, and what it says that it must not say is noted. */
export class TestPanel implements AsyncDisposable {
  readonly #process: PanelProcess
  readonly #findings: Finding[]
  #startMs = 2_000
  #isEndNoted = true // nothing has run yet
  #isEnding = false

  private constructor(process: PanelProcess, findings: Finding[]) {
    this.#process = process
    this.#findings = findings
  }

  static async prepare(findings: Finding[]): Promise<TestPanel> {
    return new TestPanel(await PanelProcess.prepare(settings), findings)
  }

  get url(): string {
    return this.#process.url
  }

  get isRunning(): boolean {
    return this.#process.isRunning
  }

  /** Whether it has been told to end. */
  get isEnding(): boolean {
    return this.#isEnding
  }

  /** How long it took to start the last time, in milliseconds. */
  get startMs(): number {
    return this.#startMs
  }

  /** Starts it until it serves: a fault that was ordered may still kill it meanwhile. @throws {PanelEndedException} it can't be started */
  async start(): Promise<void> {
    while (!this.#process.isRunning) {
      await this.#noteEnd('ended by itself with')
      const startedAtMs = performance.now()
      this.#isEndNoted = false
      this.#isEnding = false
      try {
        await this.#process.start()
        this.#startMs = performance.now() - startedAtMs
      } catch (thrown) {
        if (!(thrown instanceof PanelEndedException)) throw thrown
        const { signal } = await this.#process.end
        if (signal !== 'SIGKILL') throw thrown
      }
    }
  }

  /** Strikes it, and resolves when it has ended. */
  async strike(blow: Exclude<Blow, Wipe>): Promise<void> {
    if (blow.kind === 'at-effect') {
      await Promise.race([this.#process.end, delay(strikeMsMax, undefined, unref)])
      return this.end('SIGKILL')
    }
    if (blow.kind === 'at-start') {
      this.#isEndNoted = false
      this.#isEnding = false
      this.#process.launch()
    }
    await Promise.race([this.#process.end, delay(blow.afterMs, undefined, unref)])
    return this.end(blow.signal)
  }

  /** Makes a backup of it as it works, ends it, and puts the backup in the place of all that it had. */
  async wipeAndRestore(): Promise<void> {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'evenkeel-crash-backup-'))
    const file = join(folder.path, 'backup.tar.gz')
    await this.#process.backUp(file)
    await this.end('SIGKILL')
    await this.#process.wipe()
    await this.#process.restore(file)
  }

  /** Ends it, and notes if it does not end as it must. */
  async end(signal: Signal): Promise<void> {
    const isStruck = this.#process.isRunning
    this.#isEnding = true
    const ending = this.#process.signal(signal)
    if ((await Promise.race([ending, delay(endMsMax, undefined, unref)])) === undefined) {
      this.#findings.push(finding('the panel', `does not end within ${endMsMax / 1000} s of ${signal}`))
      await this.#process.kill()
    }
    await this.#noteEnd(isStruck ? `ends on ${signal} with` : 'ended by itself with')
  }

  /** Kills it, and copies its data for whoever looks into a finding. @returns where to: a `DATA_DIR`, with its key beside */
  async keepData(): Promise<string> {
    await this.#process.kill()
    const { dataDir } = this.#process
    const kept = join(await mkdtemp(join(tmpdir(), 'evenkeel-crash-')), 'data')
    await cp(dataDir, kept, { recursive: true })
    await cp(`${dataDir}.key`, `${kept}.key`)
    return kept
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]()
  }

  /** It logs errors only, and an error is a bug. */
  async #noteEnd(how: string): Promise<void> {
    if (this.#isEndNoted) return
    this.#isEndNoted = true
    const end = await this.#process.end
    if (!isExpected(end)) {
      this.#findings.push(finding('the panel', `${how} ${end.signal ?? `exit code ${end.code}`}`))
    }
    const { stderr } = this.#process
    if (stderr.trim() !== '') this.#findings.push(finding('the panel', `complained: ${stderr.trim()}`))
  }
}

/** Killed, ended well, or told to end before it could listen to that. */
function isExpected({ code, signal }: ProcessEnd): boolean {
  return code === 0 || signal === 'SIGKILL' || signal === 'SIGTERM'
}
