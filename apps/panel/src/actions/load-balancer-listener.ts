import { ValidationException } from 'evenkeel'
import type { ListenerSettings as Settings } from '../cloud/load-balancers.ts'
import { type ListenerRecord, listenerRecords } from '../records/load-balancer-listeners.ts'
import type { Db } from '../records/tables.ts'
import { partChange, partCreation, partDeletion, withGiven } from './load-balancer-part.ts'
import { loadBalancerOfPool, requirePool } from './pool-of-load-balancer.ts'
import { ListenerSettings, makePart, removePartOf, setPart } from './steps/load-balancer-part.ts'

/** A listener to create, with everything that was left open decided. */
export type CreateListenerRequest = Omit<
  ListenerRecord,
  'loadBalancerUuid' | 'cloudPartId' | 'deletedAt' | 'change'
>

export const createListener = partCreation<CreateListenerRequest, ListenerRecord>({
  records: listenerRecords,
  make: makePart('listener'),
  loadBalancerOf: loadBalancerOfPool,
  async plan(request, db) {
    const { poolId, loadBalancer } = await requirePool(db, request)
    await requireFreePort(request, { uuid: request.uuid, loadBalancerUuid: loadBalancer.uuid }, db)
    return {
      loadBalancer,
      record: request,
      part: { kind: 'listener', poolId, ...ListenerSettings.parse(request) },
    }
  },
})

export const changeListener = partChange<ListenerRecord, Settings>({
  records: listenerRecords,
  schema: ListenerSettings,
  set: setPart('listener', ListenerSettings),
  async settingsFor(wanted, record, db) {
    const settings = withGiven<Settings>(record, wanted)
    await requireFreePort(settings, record, db)
    return settings
  },
})

export const deleteListener = partDeletion({
  records: listenerRecords,
  remove: removePartOf('listener', listenerRecords),
})

async function requireFreePort(
  { protocol, protocolPort }: Pick<Settings, 'protocol' | 'protocolPort'>,
  { uuid, loadBalancerUuid }: Pick<ListenerRecord, 'uuid' | 'loadBalancerUuid'>,
  db: Db,
): Promise<void> {
  const listeners = await listenerRecords.listWhere(db, 'loadBalancerUuid', loadBalancerUuid)
  const other = listeners.find(
    listener =>
      listener.uuid !== uuid && listener.protocol === protocol && listener.protocolPort === protocolPort,
  )
  if (other === undefined) return
  throw new ValidationException({
    protocol_port: `Listener '${other.name}' (${other.uuid}) of the same load balancer has port ${protocolPort} with ${protocol} already. Choose another port.`,
  })
}
