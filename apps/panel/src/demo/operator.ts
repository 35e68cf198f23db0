import type { Comparison, Finding } from '@evenkeel/console'
import { DependencyException, type Service } from 'evenkeel'
import type { ActionSummary, ActionView } from 'evenkeel/actions'
import type { HttpCall, HttpResult } from 'evenkeel/client'
import type { FaultKind } from '../cloud/embedded/fault-order.ts'
import type { FaultsView } from '../cloud/embedded/faults.ts'
import type { CloudObject } from '../cloud/embedded/inventory.ts'
import type { CloudOperation } from '../cloud/embedded/operations.ts'
import type { QuotaAmounts } from '../records/quota-amounts.ts'
import { eventually } from './eventually.ts'

/** A fault to order, to strike once. */
export interface Order {
  readonly operation: CloudOperation
  readonly kind: FaultKind
  readonly delayMs?: number
}

/** The records could not all be compared with the cloud. */
export class ComparisonIncompleteException extends DependencyException {
  constructor({ name, message }: NonNullable<Comparison['exception']>) {
    super(`Not everything was compared: ${name}: ${message}`)
  }
}

/** What an operator asks the panel. */
export class Operator {
  readonly #call: Service<HttpCall, HttpResult>

  /** @param call a client of the console's API, with an operator's token */
  constructor(call: Service<HttpCall, HttpResult>) {
    this.#call = call
  }

  /** Replaces what was ordered before. */
  async orderFaults(orders: readonly Order[]): Promise<void> {
    const body = orders.map(order => ({ ...order, times: 1 }))
    await this.#call({ method: 'PUT', path: '/cloud/faults', body })
  }

  faults(): Promise<FaultsView> {
    return this.#get('/cloud/faults')
  }

  objects(): Promise<readonly CloudObject[]> {
    return this.#get('/cloud/objects')
  }

  /** Newest first. */
  async actions(): Promise<readonly ActionSummary[]> {
    const { actions } = await this.#get<{ actions: readonly ActionSummary[] }>('/actions')
    return actions
  }

  action(id: string): Promise<ActionView> {
    return this.#get(`/actions/${id}`)
  }

  /** What the demo project uses of its quota. */
  async quotaUse(): Promise<QuotaAmounts> {
    const [project] = await this.#get<[{ use: QuotaAmounts }]>('/projects')
    return project.use
  }

  /**
   * Has the records compared with the cloud, and waits for that: twice, since one that was under way may have looked before.
   *
   * @throws {ComparisonIncompleteException} one of them did not come to its end
   * @throws {NeverHappenedException} they never end
   */
  async compare(): Promise<void> {
    const exceptions = [await this.#compareOnce(), await this.#compareOnce()]
    const exception = exceptions.find(exception => exception !== undefined)
    if (exception !== undefined) throw new ComparisonIncompleteException(exception)
  }

  /** Where records and cloud differ, and what has become of that: the newest ones. */
  async findings(): Promise<readonly Finding[]> {
    const { findings } = await this.#get<{ findings: readonly Finding[] }>('/findings')
    return findings
  }

  async #compareOnce(): Promise<Comparison['exception']> {
    await this.#call({ method: 'POST', path: '/reconciler/run' })
    const last = await eventually('the comparison to be over', async () => {
      const { runs, runningSinceMs } = await this.#get<{ runs: [Comparison]; runningSinceMs?: number }>(
        '/reconciler',
      )
      return runningSinceMs === undefined ? runs[0] : undefined
    })
    return last.exception
  }

  async #get<Answer>(path: string): Promise<Answer> {
    const { body } = await this.#call({ path })
    return body as Answer
  }
}
