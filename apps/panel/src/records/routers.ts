import { NotFoundException } from 'evenkeel'
import { type OwnedRecord, owned } from './owned.ts'
import type { RoutersTable } from './tables.ts'

/** What leads from network to network, as its owner knows it. */
export interface RouterRecord extends OwnedRecord {
  readonly name: string
  readonly zone: string
  /** Whether it leads to the internet, too. */
  readonly isInternetGateway: boolean
  readonly status: RoutersTable['status']
  readonly cloudRouterId: string | null
}

/** No such router in the caller's project. For a day after a failed creation its message says why that failed. */
export class RouterNotFoundException extends NotFoundException<{ uuid: string }> {
  constructor(uuid: string, detail: string) {
    super(detail, { data: { uuid } })
  }
}

export const routerRecords = owned<RouterRecord>({
  table: 'routers',
  kind: 'router',
  label: 'Router',
  notFound: (uuid, detail) => new RouterNotFoundException(uuid, detail),
})

/** The router's id at the cloud, which every settled one has. */
export function cloudRouterIdOf({ uuid, cloudRouterId }: RouterRecord): string {
  if (cloudRouterId === null) throw new TypeError(`router ${uuid} is settled without being at the cloud`)
  return cloudRouterId
}
