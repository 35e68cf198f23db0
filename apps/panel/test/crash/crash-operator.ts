import type { Service } from 'evenkeel'
import type { ActionSummary } from 'evenkeel/actions'
import type { HttpCall, HttpResult } from 'evenkeel/client'
import { Operator } from '../../src/demo/operator.ts'
import type { FaultRequest } from './faults.ts'

/** An operator who can make the weather, and who looks at every action there ever was. */
export class CrashOperator extends Operator {
  readonly #call: Service<HttpCall, HttpResult>

  /** @param call a client of the console's API, with an operator's token */
  constructor(call: Service<HttpCall, HttpResult>) {
    super(call)
    this.#call = call
  }

  /** Replaces what was ordered before. */
  async makeWeather(faults: readonly FaultRequest[]): Promise<void> {
    await this.#call({ method: 'PUT', path: '/cloud/faults', body: faults.map(fault => ({ ...fault })) })
  }

  /** Oldest first. */
  async allActions(): Promise<readonly ActionSummary[]> {
    const all: ActionSummary[] = []
    for (;;) {
      const before = all.at(-1)?.id
      const { body } = await this.#call({ path: '/actions', query: { limit: pageSize, before } })
      const { actions } = body as unknown as { actions: readonly ActionSummary[] }
      all.push(...actions)
      if (actions.length < pageSize) return all.reverse()
    }
  }

  /** How many things are left over. */
  async residueCount(): Promise<number> {
    const { body } = await this.#call({ path: '/residue' })
    return (body as unknown as { residue: readonly unknown[] }).residue.length
  }
}

const pageSize = 200
