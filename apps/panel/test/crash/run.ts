import { setTimeout as delay } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { NotFoundException } from 'evenkeel'
import type { ActionView } from 'evenkeel/actions'
import { CallTimedOutException, ConnectionRefusedException } from 'evenkeel/client'
import { NeverHappenedException } from '../../src/demo/eventually.ts'
import { checkAfterRestart } from './after-restart.ts'
import { allOver } from './all-over.ts'
import { checkAtTheEnd } from './at-the-end.ts'
import { type Blow, nextBlow } from './blow.ts'
import { Chance } from './chance.ts'
import type { CrashOperator } from './crash-operator.ts'
import { type Customer, isCutOff } from './customer.ts'
import { crashAt, weather } from './faults.ts'
import { type Finding, finding } from './finding.ts'
import { load } from './load.ts'
import { Model } from './model.ts'
import { idOf, type SeenAndWhy, type SeenObject } from './seen.ts'
import { checkUsability } from './still-usable.ts'
import type { TestPanel } from './test-panel.ts'

export interface RunOptions {
  readonly seed: number
  readonly panel: TestPanel
  readonly customer: Customer
  readonly operator: CrashOperator
  /** Where goes what is not as it must be. */
  readonly findings: Finding[]
}

const customers = 6
const triesMax = 200
const tryEveryMs = 20

/** A panel that is worked with, struck and started again, and what must be true of it all the time. */
export class Run {
  readonly model = new Model()
  readonly #options: RunOptions

  constructor(options: RunOptions) {
    this.#options = options
  }

  /** Starts the panel, looks whether all is there that must be, works with it, and strikes. @returns with what */
  async round(number: number): Promise<Blow> {
    const { seed, panel } = this.#options
    const chance = new Chance(seed, `round ${number}`)
    const blow = nextBlow(chance, panel.startMs)
    const faults = [...(blow.kind === 'at-effect' ? [crashAt(blow.operation)] : []), ...weather(chance)]
    await this.#noting(async () => {
      if (blow.kind === 'at-start') return panel.strike(blow)
      await this.#lookAround()
      await this.#served(() => this.#options.operator.makeWeather(faults))
      const struck = new AbortController()
      const chances = Array.from({ length: customers }, (_, at) => new Chance(seed, `round ${number}/${at}`))
      const loading = load({
        ...this.#options,
        model: this.model,
        chances,
        isEnding: () => panel.isEnding,
        struck: struck.signal,
      })
      if (blow.kind === 'wipe') await delay(blow.afterMs)
      else await panel.strike(blow)
      struck.abort()
      await loading
      if (blow.kind === 'wipe') await panel.wipeAndRestore()
    })
    return blow
  }

  /** Lets the weather clear up and everything come to its end, and then looks at all of it. */
  async finish(): Promise<void> {
    const { operator, customer, findings } = this.#options
    await this.#noting(async () => {
      await this.#served(() => operator.makeWeather([]))
      await this.#lookAround()
      findings.push(...(await this.#served(() => this.#findingsAtTheEnd())))
      if (findings.length > 0) return // what is wrong stays as it is, for whoever looks into it
      findings.push(...(await checkUsability({ customer, operator })))
      findings.push(...(await this.#findingsOfLastRestart()))
    })
  }

  /** What the journal says of an action; undefined if it has none of this id. */
  async action(id: string): Promise<ActionView | undefined> {
    try {
      return await this.#served(() => this.#options.operator.action(id))
    } catch (thrown) {
      if (!(thrown instanceof NotFoundException)) throw thrown
      return undefined
    }
  }

  async #lookAround(): Promise<void> {
    const seen = await this.#served(() => this.#look())
    this.#options.findings.push(...checkAfterRestart(this.model, seen))
  }

  /** What there is, and why that is not there which was. */
  async #look(): Promise<SeenAndWhy> {
    const { customer } = this.#options
    const seen = await customer.look()
    const listed = new Set(Object.values(seen).flatMap((objects: readonly SeenObject[]) => objects.map(idOf)))
    const reasons = new Map<string, string>()
    for (const [id, path] of this.model.whereabouts) {
      if (listed.has(id)) continue
      reasons.set(id, (await customer.whyGone(path)) ?? 'the list does not have it, though it is there')
    }
    return { ...seen, reasons }
  }

  async #findingsAtTheEnd(): Promise<readonly Finding[]> {
    const { operator } = this.#options
    const { actions, findings } = await allOver(operator)
    if (findings.length > 0) return findings
    await operator.compare()
    return checkAtTheEnd(this.model, {
      ...(await this.#look()),
      actions,
      objects: await operator.objects(),
      quotaUse: await operator.quotaUse(),
      differences: await operator.findings(),
    })
  }

  /** Nothing is gone on with after another start: nobody remembers anything as unfinished. */
  async #findingsOfLastRestart(): Promise<readonly Finding[]> {
    const { operator, panel } = this.#options
    const before = await operator.allActions()
    await panel.end('SIGTERM')
    const after = await this.#served(() => operator.allActions())
    if (isDeepStrictEqual(after, before)) return []
    const changed = after.filter(action => !before.some(known => isDeepStrictEqual(known, action)))
    return [finding('the journal', `changes at a start when all is over: ${JSON.stringify(changed)}`)]
  }

  /** Does something with a panel that serves: once more, if the cloud's orders kill it meanwhile. */
  async #served<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      await this.#options.panel.start()
      try {
        return await work()
      } catch (thrown) {
        const isGone = thrown instanceof ConnectionRefusedException || isCutOff(thrown)
        if (!isGone || tries >= triesMax) throw thrown
      }
      await delay(tryEveryMs) // its end may only be about to be known
    }
  }

  /** What takes too long is a finding, and not the end of the test without a word. */
  async #noting(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (thrown) {
      const isLate = thrown instanceof NeverHappenedException || thrown instanceof CallTimedOutException
      if (!isLate) throw thrown
      this.#options.findings.push(finding('the panel', `is late: ${thrown.message}`))
    }
  }
}
