import { actionsOn } from 'evenkeel/actions'
import type { Cloud } from '../cloud/cloud.ts'
import type { Records } from '../records/database.ts'
import type { Db } from '../records/tables.ts'

/** What the panel's steps work on. */
export interface PanelWorld {
  readonly cloud: Cloud
  /** Our own records, for steps that look at them or hold something in them. */
  readonly records: Records
}

export const { step, action } = actionsOn<PanelWorld, Db>()
