import { ConflictException } from 'evenkeel'
import { z } from 'zod'
import { type BlockingObject, listOf } from '../records/blocking.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { locksOfLeaving, usersOf } from '../records/network-users.ts'
import { type SubnetRecord, subnetRecords } from '../records/subnets.ts'
import type { Db } from '../records/tables.ts'
import { aboutSubnet } from './about-subnet.ts'
import { action } from './define.ts'
import { removeSubnetOf } from './steps/subnet.ts'
import type { Target } from './target.ts'

/** A subnet can't be deleted while something has an address of it. */
export class SubnetInUseException extends ConflictException<{ uuid: string; users: readonly string[] }> {
  constructor({ uuid, cidr }: SubnetRecord, users: readonly BlockingObject[]) {
    super(
      `Subnet '${cidr}' (${uuid}) has addresses that are in use by ${listOf(users)}. Delete what uses them, or change its interfaces; then delete the subnet.`,
      { data: { uuid, users: users.map(user => user.uuid) } },
    )
  }
}

/** Deletes a subnet, once what had addresses of it is gone at the cloud, too. Admitted at once. */
export const deleteSubnet = action('subnet.delete', {
  version: 1,
  input: z.object({ subnetUuid: z.string() }),
  output: z.null(),
  steps: [removeSubnetOf],
  queue: 'after-admission',
  cancels: ['subnet.create'],
  about: (target, db) => aboutSubnet(target, db, { action: 'subnet_delete', done: 'has been deleted' }),

  locks: async ({ uuid }: Target, db: Db) => [
    `subnet:${uuid}`,
    ...(await locksOfLeaving(db, { subnetUuid: uuid })),
  ],

  async admit({ projectId, uuid }: Target, db: Db, { nowMs }) {
    const subnet = await subnetRecords.require(db, projectId, uuid, nowMs)
    const users = await usersOf(db, { subnetUuid: uuid })
    if (users.length > 0) throw new SubnetInUseException(subnet, users)
    await subnetRecords.markDeleted(db, uuid, newCreatedAt(nowMs))
    return { subnetUuid: uuid }
  },

  run: ({ subnetUuid }, { step }) => step.pivot('deletion', [[removeSubnetOf, { subnetUuid }]]),

  onEnd: async () => {},
})
