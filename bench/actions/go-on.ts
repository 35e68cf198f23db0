// Goes on with what a killed process has left, and tells when it did; times count from the start of this process.
import { Filter, type Service } from 'evenkeel'
import type { ActionRun } from 'evenkeel/actions'
import type { Outside, StepInput } from './five-steps.ts'
import { openEngine } from './ours.ts'

export interface WentOn {
  readonly firstMs: number
  readonly allMs: number
}

const [folder = '', count = ''] = process.argv.slice(2)
process.on('disconnect', () => process.exit()) // the parent is gone
let firstMs: number | undefined

/** What the killed process was doing to it came through for every other action, as luck has it. */
const world: Outside = {
  async effect() {
    firstMs ??= performance.now()
  },
  async find({ order }: StepInput) {
    firstMs ??= performance.now()
    return order % 2 === 0
  },
}

const all = Promise.withResolvers<void>()
let endedCount = 0

class CountEnded extends Filter<ActionRun, unknown> {
  override async apply(run: ActionRun, next: Service<ActionRun, unknown>): Promise<unknown> {
    const result = await next(run)
    if (++endedCount === Number(count)) all.resolve()
    return result
  }
}

const engine = await openEngine(folder, world, { filters: [new CountEnded()] })
await all.promise
const allMs = performance.now()
const succeeded = engine.database.read.countOrders('succeeded')
if (succeeded !== Number(count))
  throw new Error(`${count} orders were to succeed, and the database has ${succeeded} that did.`)
if (firstMs === undefined) throw new Error('All have ended, and none of their steps was gone on with.')
process.send?.({ firstMs, allMs } satisfies WentOn)
await engine[Symbol.asyncDispose]()
process.disconnect?.()
