import { z } from 'zod'
import { requireSettled } from '../records/busy.ts'
import { type Labels, labelChanges } from '../records/labels.ts'
import { cloudNetworkIdOf, type NetworkRecord, networkRecords } from '../records/networks.ts'
import type { Db } from '../records/tables.ts'
import { action, changeOf } from './define.ts'
import { refuseIfAlready } from './nothing-to-do.ts'
import { setMtu } from './steps/network.ts'
import type { Target } from './target.ts'

export interface ChangeNetworkRequest extends Target {
  /** The largest packet that it is to pass on, in bytes. */
  readonly mtu: number
  /** What is changed together with it. */
  readonly labels: Labels
}

const Input = z.object({
  networkUuid: z.string(),
  cloudNetworkId: z.string(),
  mtu: z.int(),
  mtuBefore: z.int(),
  labels: z.object({ name: z.string().optional(), tags: z.record(z.string(), z.string()).optional() }),
})

/** Gives a network another MTU: it ends with the new one, or with the old one and a reason. */
export const changeNetwork = action('network.change', {
  version: 1,
  input: Input,
  output: z.null(),
  steps: [setMtu],

  async about({ projectId, uuid, mtu, labels }: ChangeNetworkRequest, db: Db) {
    const network = await networkRecords.findAny(db, uuid)
    const name = network?.name ?? uuid
    const done = [`has been given the MTU ${mtu}`, ...labelChanges({ ...network }, labels)]
    const log = { action: 'network_update', message: `Network '${name}' ${done.join(' and ')}` }
    return { projectId, kind: networkRecords.kind, uuid, name, log }
  },

  locks: async ({ uuid }: ChangeNetworkRequest) => [`network:${uuid}`],

  async admit({ projectId, uuid, mtu, labels: { name, tags } }: ChangeNetworkRequest, db: Db, context) {
    const network = await networkRecords.require(db, projectId, uuid, context.nowMs)
    await requireSettled(db, networkRecords, network)
    refuseIfAlready(network.mtu === mtu, `Network '${network.name}'`, `of MTU ${mtu}`)
    await networkRecords.update(db, uuid, { change: changeOf('being changed to another MTU', context) })
    return {
      networkUuid: uuid,
      cloudNetworkId: cloudNetworkIdOf(network),
      mtu,
      mtuBefore: network.mtu,
      labels: { ...(name !== undefined && { name }), ...(tags !== undefined && { tags: { ...tags } }) },
    }
  },

  async run({ cloudNetworkId: id, mtu, mtuBefore }, { step }) {
    await step(setMtu, { id, mtu, mtuBefore })
    return null
  },

  async onEnd(end, { networkUuid, mtu, labels }, db) {
    const changes = end.kind === 'succeeded' ? ({ mtu, ...labels } as Partial<NetworkRecord>) : {}
    await networkRecords.update(db, networkUuid, { ...changes, change: null })
  },
})
