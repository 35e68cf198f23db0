import { NotFoundException } from 'evenkeel'
import type { LoadBalancerPartRecord } from './load-balancer-parts.ts'
import { owned } from './owned.ts'

/** One of those that a pool hands connections to. */
export interface MemberRecord extends LoadBalancerPartRecord {
  readonly poolUuid: string
  readonly subnetUuid: string
  readonly name: string
  readonly address: string
  readonly protocolPort: number
  /** Null for the same port. */
  readonly monitorPort: number | null
  readonly isEnabled: boolean
}

/** No such member in the pool. For a day after a failed creation its message says why that failed. */
export class MemberNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const memberRecords = owned<MemberRecord>({
  table: 'loadBalancerMembers',
  kind: 'load-balancer-member',
  label: 'Member',
  notFound: (uuid, detail) => new MemberNotFoundException(uuid, detail),
})
