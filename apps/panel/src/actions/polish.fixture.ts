import { ConflictException } from 'evenkeel'
import { Actions, memoryJournal } from 'evenkeel/actions'
import { VirtualClock } from 'evenkeel/testing'
import { z } from 'zod'
import { CloudRefusedException, CloudTimeoutException, NoCapacityException } from '../cloud/exceptions.ts'
import { requireSettled } from '../records/busy.ts'
import type { Records } from '../records/database.ts'
import { reserveQuota } from '../records/quota.ts'
import { someProject, someVolume, temporaryRecords } from '../records/testing.ts'
import { type VolumeRecord, volumeRecords } from '../records/volumes.ts'
import { actionDatabase } from './action-database.ts'
import { action, changeOf, type PanelWorld, step } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { virtualCloud } from './panel.fixture.ts'
import type { PanelActions } from './panel-actions.ts'
import type { Target } from './target.ts'

/** What polishing fails with. */
const failures = {
  refused: () => new CloudRefusedException('volumes.extend', 'policy 7'),
  'lost-answer': () => new CloudTimeoutException('volumes.extend'),
  'no-room': () => new NoCapacityException('rma1', 'a polished volume'),
  contradiction: () => new ConflictException('It is glued to the table.'),
}

/** A volume to be worked on for a minute: what tests of that which all actions have in common are done with. */
export interface Polish extends Target {
  /** Whether it has the volume to itself, or only refuses to begin while something else is under way on it. @default true */
  readonly isLocking?: boolean
  /** @default nothing: it succeeds */
  readonly failsWith?: keyof typeof failures | null
}

let clock = new VirtualClock()

export const polishMs = 20_000

const Input = z.object({
  uuid: z.string(),
  failsWith: z.enum(['refused', 'lost-answer', 'no-room', 'contradiction']).nullable(),
})

const rub = step('toy.rub', {
  changes: true,
  attempts: 1,
  input: Input,
  output: z.object({ id: z.string() }),
  async do({ uuid, failsWith }) {
    await clock.sleep(polishMs)
    if (failsWith !== null) throw failures[failsWith]()
    return { id: uuid }
  },
  find: async () => [],
  undo: async () => {},
})

/** Changes a volume. */
export const polishVolume = action('volume.polish', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [rub],
  about: ({ projectId, uuid }: Polish) => ({
    projectId,
    kind: 'volume',
    uuid,
    name: 'data',
    log: { action: 'volume_polish', message: "Volume 'data' has been polished" },
  }),
  locks: async ({ uuid, isLocking = true }: Polish) => (isLocking ? [`volume:${uuid}`] : []),
  async admit({ projectId, uuid, failsWith = null }: Polish, db, context) {
    const volume = await volumeRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, volumeRecords, volume)
    refuseIfAlready(volume.tags['polished'] === '3', "Volume 'data'", 'polished')
    await volumeRecords.update(db, uuid, { change: changeOf('being polished', context) })
    await reserveQuota(db, context.actionId, projectId, { volumeGb: 7 })
    return { uuid, failsWith }
  },
  async run(input, { step }) {
    await step(rub, input)
    return null
  },
  async onEnd(end, { uuid }, db) {
    const times = Number((await volumeRecords.findAny(db, uuid))?.tags['polished'] ?? 0)
    const tags = { polished: String(times + 1) }
    await volumeRecords.update(db, uuid, { change: null, ...(end.kind === 'succeeded' && { tags }) })
  },
})

/** Makes a volume, of which the project's log tells nothing. */
export const castVolume = action('volume.cast', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [rub],
  creates: volumeRecords,
  about: ({ projectId, uuid }: Polish) => ({ projectId, kind: 'volume', uuid, name: 'data' }),
  locks: async ({ uuid }: Polish) => [`volume:${uuid}`],
  async admit({ projectId, uuid, failsWith = null }: Polish, db, context) {
    const change = changeOf('being cast', context)
    await volumeRecords.insert(db, someVolume({ uuid, projectId, change }))
    return { uuid, failsWith }
  },
  async run(input, { step }) {
    await step(rub, input)
    return null
  },
  async onEnd(_end, { uuid }, db) {
    await volumeRecords.update(db, uuid, { change: null })
  },
})

/** An engine that knows these two actions, over real records, in virtual time. */
export interface PolishBench {
  readonly clock: VirtualClock
  readonly records: Records
  readonly actions: PanelActions
  readonly target: Target
  volume(): Promise<VolumeRecord | undefined>
  dispose(): Promise<void>
}

export async function polishBench(): Promise<PolishBench> {
  clock = new VirtualClock()
  const { records, dispose } = await temporaryRecords()
  const volume = someVolume()
  await records.transaction(trx => volumeRecords.insert(trx, volume))
  const cloud = virtualCloud(clock)
  const world: PanelWorld = { cloud, records }
  const actions: PanelActions = await Actions.open({
    actions: [polishVolume, castVolume],
    world,
    journal: memoryJournal(),
    database: actionDatabase(records),
    secretKey: new Uint8Array(32),
    settleMs: 200,
    watchMs: 100_000,
    clock,
    random: () => 0.5,
  })
  return {
    clock,
    records,
    actions,
    target: { projectId: someProject.id, uuid: volume.uuid },
    volume: () => volumeRecords.findAny(records.read, volume.uuid),
    async dispose() {
      await clock.run(actions.stop())
      cloud.close()
      await dispose()
    },
  }
}
