import type { AdmissionContext, AnyStep, RunContext, Schema } from 'evenkeel/actions'
import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import type { Owned, OwnedRecord } from '../records/owned.ts'
import type { Db } from '../records/tables.ts'
import { changeOf, type PanelWorld, quietAction } from './define.ts'
import type { Target } from './target.ts'

export interface RepairOptions<Request, R extends OwnedRecord, Input> {
  readonly records: Owned<R>
  readonly input: Schema<Input>
  readonly steps: readonly AnyStep<PanelWorld>[]
  /** What is held besides the record itself. @default nothing */
  locks?(record: R): readonly (string | null)[]
  /** What the settled record says is to be at the cloud. @throws {NothingToDoException} there is nothing to be repaired */
  plan(record: R, request: Request, db: Db): Input | Promise<Input>
  /**
   * The uuid of the record, if that is to show what is under way: what a step has set can be told then from what comes when
   * it is over. @default it shows nothing
   */
  shownOn?(input: Input): string
  /** Looks at the cloud first: somebody else may have set it right. */
  run(input: Input, context: RunContext<PanelWorld>): Promise<unknown>
}

/**
 * A repair: it makes the cloud what a record says, or leaves it and says why. It holds what any other action on the record
 * would hold, so that both see what the other has done; and its project is not told of it, for whom nothing changes.
 */
export function repair<R extends OwnedRecord, Input, Request extends Target = Target>(
  name: string,
  { records, input, steps, locks = () => [], plan, shownOn, run }: RepairOptions<Request, R, Input>,
) {
  return quietAction(name, {
    version: 1,
    input,
    output: z.null(),
    steps,
    async locks({ uuid }: Request, db: Db) {
      const record = await records.findAny(db, uuid)
      const others = record === undefined ? [] : locks(record).filter(lock => lock !== null)
      return [`${records.kind}:${uuid}`, ...others]
    },

    async admit(request: Request, db: Db, context: AdmissionContext) {
      const { projectId, uuid } = request
      const record = await records.require(db, projectId, uuid, context.nowMs)
      await requireSettled(db, records, record)
      const planned = await plan(record, request, db)
      const change = changeOf('being repaired', context)
      if (shownOn !== undefined) await records.update(db, uuid, { change } as Partial<R>)
      return planned
    },

    async run(planned, context) {
      await run(planned, context)
      return null
    },

    async onEnd(_end, planned, db) {
      const shown = shownOn?.(planned)
      if (shown !== undefined) await records.update(db, shown, { change: null } as Partial<R>)
    },
  })
}
