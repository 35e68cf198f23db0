import type { SubnetSettings } from '../../cloud/network.ts'
import { type AtCloud, known, recordsAtCloud } from '../at-cloud.ts'
import { nameServersOf } from '../subnets.ts'

export interface NetworkAtCloud extends AtCloud {
  readonly mtu: number
}

export interface SubnetAtCloud extends AtCloud {
  readonly settings: SubnetSettings
}

export const networks = recordsAtCloud({
  live: db =>
    db
      .selectFrom('networks')
      .select(['cloudNetworkId as id', 'uuid', 'projectId', 'name', 'mtu'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('networks').select(['cloudNetworkId as id', 'uuid as of']),
  present: (row): NetworkAtCloud => known(row),
})

export const subnets = recordsAtCloud({
  live: db =>
    db
      .selectFrom('subnets')
      .select([
        'cloudSubnetId as id',
        'uuid',
        'projectId',
        'cidr as name',
        'gatewayAddress',
        'dnsServersJson',
      ])
      .where('deletedAt', 'is', null),
  everOf: db =>
    db
      .selectFrom('subnets')
      .select(['cloudSubnetId as id', 'uuid as of'])
      .unionAll(db.selectFrom('subnets').select(['cloudSubnetId as id', 'networkUuid as of'])),
  present: ({ gatewayAddress: gateway, dnsServersJson, ...row }): SubnetAtCloud => ({
    ...known(row),
    settings: {
      gateway,
      dnsServers: nameServersOf({ dnsServers: dnsServersJson && JSON.parse(dnsServersJson) }),
    },
  }),
})
