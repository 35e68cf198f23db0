import { ConflictException } from 'evenkeel'
import { z } from 'zod'
import { type BlockingObject, listOf } from '../records/blocking.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { locksOfLeaving, usersOf } from '../records/network-users.ts'
import { type NetworkRecord, networkRecords } from '../records/networks.ts'
import { subnetRecords, subnetsOfNetwork, subnetsStillOnNetwork } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import { action } from './define.ts'
import { removeNetworkOf } from './steps/network.ts'
import type { Target } from './target.ts'

/** A network can't be deleted while something is on it. */
export class NetworkInUseException extends ConflictException<{ uuid: string; users: readonly string[] }> {
  constructor({ uuid, name }: NetworkRecord, users: readonly BlockingObject[]) {
    super(
      `Network '${name}' is in use by ${listOf(users)}. Delete what is on it, or take its interfaces off the network; then delete the network.`,
      { data: { uuid, users: users.map(user => user.uuid) } },
    )
  }
}

/** Deletes a network with its subnets, once what was on it is gone at the cloud, too. Admitted at once. */
export const deleteNetwork = action('network.delete', {
  version: 1,
  input: z.object({ networkUuid: z.string() }),
  output: z.null(),
  steps: [removeNetworkOf],
  queue: 'after-admission',
  cancels: ['network.create', 'subnet.create'],

  async about({ projectId, uuid }, db) {
    const name = (await networkRecords.findAny(db, uuid))?.name ?? uuid
    const log = { action: 'network_delete', message: `Network '${name}' has been deleted` }
    return { projectId, kind: networkRecords.kind, uuid, name, log }
  },

  locks: async ({ uuid }: Target, db: Db) => [
    `network:${uuid}`,
    ...(await subnetsStillOnNetwork(db, uuid)).map(subnet => `subnet:${subnet.uuid}`),
    ...(await locksOfLeaving(db, { networkUuid: uuid })),
  ],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    const network = await networkRecords.require(db, projectId, uuid, nowMs)
    const users = await usersOf(db, { networkUuid: uuid })
    if (users.length > 0) throw new NetworkInUseException(network, users)
    const deletedAt = newCreatedAt(nowMs)
    for (const subnet of await subnetsOfNetwork(db, uuid)) {
      await subnetRecords.markDeleted(db, subnet.uuid, deletedAt)
    }
    await networkRecords.markDeleted(db, uuid, deletedAt)
    return { networkUuid: uuid }
  },

  run: ({ networkUuid }, { step }) => step.pivot('deletion', [[removeNetworkOf, { networkUuid }]]),

  onEnd: async () => {},
})
