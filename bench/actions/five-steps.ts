import { setImmediate as turn } from 'node:timers/promises'
import { actionsOn, type Schema } from 'evenkeel/actions'
import type { ApplicationDb } from './application-database.ts'

/** One outside system, as cheap as can be: what is measured is the engine, not what the steps do. */
export interface Outside {
  /** Does the effect of one step. */
  effect(input: StepInput): Promise<void>
  /** Whether the effect of this step is there. Asked only where an answer was lost. */
  find(input: StepInput): Promise<boolean>
}

export interface StepInput {
  readonly order: number
  readonly step: number
}

/** Each step of each contender goes to it, and its answer takes one turn of the event loop. */
export class CountingOutside implements Outside {
  count = 0

  async effect(): Promise<void> {
    await turn()
    this.count++
  }

  async find(): Promise<boolean> {
    throw new Error('No answer was lost, so nobody has a reason to look.')
  }
}

export const stepNumbers = [1, 2, 3, 4, 5]

interface Order {
  readonly order: number
}
interface Made {
  readonly id: string
}

const { step, action } = actionsOn<Outside, ApplicationDb>()

const steps = stepNumbers.map(number =>
  step(`step-${number}`, {
    input: object<StepInput>('order', 'step'),
    output: object<Made>('id'),
    async do(input, { key, world }) {
      await world.effect(input)
      return { id: key }
    },
    async find({ input, key, world }) {
      return (await world.find(input)) ? [{ state: 'ready', output: { id: key } }] : []
    },
    undo: 'nothing',
  }),
)

/** An order of five steps, one after the other, with a record of its own that is settled at the end. */
export const fiveSteps = action('five.steps', {
  version: 1,
  input: object<Order>('order'),
  output: object<Made>('id'),
  steps,
  locks: async ({ order }: Order) => [`order:${order}`],
  async admit(request, db) {
    db.insertOrder(request.order)
    return request
  },
  async run({ order }, { step }) {
    let id = ''
    for (const [at, definition] of steps.entries()) ({ id } = await step(definition, { order, step: at + 1 }))
    return { id }
  },
  async onEnd({ kind }, { order }, db) {
    db.settleOrder(order, kind)
  },
})

/** As an application's schemas do: an object is what it says that it is, or is refused. */
function object<T extends object>(...keys: readonly (keyof T & string)[]): Schema<T> {
  return {
    parse(value) {
      if (typeof value !== 'object' || value === null) throw new TypeError(`${String(value)} is no object.`)
      for (const key of keys) if (!(key in value)) throw new TypeError(`There is no ${key} in it.`)
      return value as T
    },
  }
}
