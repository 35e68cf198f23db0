import { randomUUID } from 'node:crypto'
import { currentTx, InternalException } from 'evenkeel'
import { createNetwork } from '../actions/create-network.ts'
import { newCreatedAt } from '../records/created-at.ts'
import { findNetworkNamed } from '../records/networks.ts'
import type { ApiContext } from './context.ts'

/** What a zone's network is called that servers get by `use_private_network`. */
const defaultName = 'default'

/**
 * The uuid of the network that a project has by default in a zone. It is made on first use, and only once.
 *
 * @param judge throws where it is not going to be used: then it isn't made
 */
export async function defaultNetworkOf(
  { records, perform, now }: Pick<ApiContext, 'records' | 'perform' | 'now'>,
  { projectId, zone }: { readonly projectId: string; readonly zone: string },
  judge: () => Promise<void>,
): Promise<string> {
  const wanted = { projectId, zone, name: defaultName }
  const present = await findNetworkNamed(records.read, wanted)
  if (present !== undefined) return present.uuid
  await judge()
  const network = {
    ...wanted,
    uuid: randomUUID(),
    mtu: 9000,
    subnetUuid: randomUUID(),
    isOnlyOne: true,
    tags: {},
    createdAt: newCreatedAt(now()),
  }
  await perform(createNetwork, network, { until: 'ended', signal: currentTx().signal })
  // Not by a reader: another request's network may be what there is, and not be committed yet.
  const made = await records.transaction(trx => findNetworkNamed(trx, wanted))
  if (made === undefined)
    throw new InternalException(`Network ${defaultName} of zone ${zone} was made, and isn't there.`)
  return made.uuid
}
