import { NotFoundException } from 'evenkeel'
import type { ListenerSettings } from '../cloud/load-balancers.ts'
import type { LoadBalancerPartRecord } from './load-balancer-parts.ts'
import { owned } from './owned.ts'

/** Where a load balancer takes connections. */
export interface ListenerRecord extends LoadBalancerPartRecord, ListenerSettings {
  readonly poolUuid: string
  readonly name: string
}

/** No such listener in the caller's project. For a day after a failed creation its message says why that failed. */
export class ListenerNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const listenerRecords = owned<ListenerRecord>({
  table: 'loadBalancerListeners',
  kind: 'load-balancer-listener',
  label: 'Listener',
  json: ['allowedCidrs'],
  notFound: (uuid, detail) => new ListenerNotFoundException(uuid, detail),
})
