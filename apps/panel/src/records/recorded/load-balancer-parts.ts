import type { ListenerSettings, MemberSettings, MonitorSettings } from '../../cloud/load-balancers.ts'
import { type AtCloud, known, recordsAtCloud } from '../at-cloud.ts'

export interface PartAtCloud<Settings = object> extends AtCloud {
  readonly settings: Settings
}

export const pools = recordsAtCloud({
  live: db =>
    db
      .selectFrom('loadBalancerPools')
      .select(['cloudPartId as id', 'uuid', 'projectId', 'name', 'algorithm', 'protocol'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('loadBalancerPools').select(['cloudPartId as id', 'uuid as of']),
  present: ({ algorithm, protocol, ...row }): PartAtCloud => ({
    ...known(row),
    settings: { algorithm, protocol },
  }),
})

export const members = recordsAtCloud({
  live: db =>
    db
      .selectFrom('loadBalancerMembers')
      .select(['cloudPartId as id', 'uuid', 'projectId', 'name', 'isEnabled'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('loadBalancerMembers').select(['cloudPartId as id', 'uuid as of']),
  present: ({ isEnabled, ...row }): PartAtCloud<MemberSettings> => ({
    ...known(row),
    settings: { isEnabled: Number(isEnabled) === 1 },
  }),
})

export const listeners = recordsAtCloud({
  live: db =>
    db
      .selectFrom('loadBalancerListeners')
      .select(['cloudPartId as id', 'uuid', 'projectId', 'name', 'protocol', 'protocolPort'])
      .select(['allowedCidrsJson', 'timeoutClientDataMs', 'timeoutMemberConnectMs', 'timeoutMemberDataMs'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('loadBalancerListeners').select(['cloudPartId as id', 'uuid as of']),
  present({ id, uuid, projectId, name, allowedCidrsJson, ...settings }): PartAtCloud<ListenerSettings> {
    const plain = known({ id, uuid, projectId, name })
    return { ...plain, settings: { ...settings, allowedCidrs: JSON.parse(allowedCidrsJson) } }
  },
})

export const monitors = recordsAtCloud({
  live: db =>
    db
      .selectFrom('loadBalancerMonitors')
      .select(['cloudPartId as id', 'uuid', 'projectId', 'type as name'])
      .select(['delayS', 'timeoutS', 'upThreshold', 'downThreshold', 'httpJson'])
      .where('deletedAt', 'is', null),
  everOf: db => db.selectFrom('loadBalancerMonitors').select(['cloudPartId as id', 'uuid as of']),
  present({ id, uuid, projectId, name, httpJson, ...settings }): PartAtCloud<MonitorSettings> {
    const plain = known({ id, uuid, projectId, name })
    return { ...plain, settings: { ...settings, http: httpJson && JSON.parse(httpJson) } }
  },
})
