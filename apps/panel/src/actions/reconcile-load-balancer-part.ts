import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { LoadBalancerPart, PartSettings } from '../cloud/load-balancers.ts'
import { listenerRecords } from '../records/load-balancer-listeners.ts'
import { memberRecords } from '../records/load-balancer-members.ts'
import { monitorRecords } from '../records/load-balancer-monitors.ts'
import { cloudPartIdOf, type LoadBalancerPartRecord } from '../records/load-balancer-parts.ts'
import type { Owned } from '../records/owned.ts'
import { repair } from './reconcile.ts'
import { inspection } from './steps/inspection.ts'
import { ListenerSettings, MemberSettings, MonitorSettings, setPart } from './steps/load-balancer-part.ts'

export const repairMember = partRepair('member', memberRecords, MemberSettings)

export const repairListener = partRepair('listener', listenerRecords, ListenerSettings)

export const repairMonitor = partRepair('monitor', monitorRecords, MonitorSettings)

/** Gives a part of a load balancer the settings that its record has. */
function partRepair<R extends LoadBalancerPartRecord & Settings, Settings extends PartSettings>(
  kind: LoadBalancerPart['kind'] & ('member' | 'listener' | 'monitor'),
  records: Owned<R>,
  schema: z.ZodType<Settings>,
) {
  const inspect = inspection(`load-balancers.${kind}-inspection`, kind, schema, ({ part }) =>
    schema.parse(part),
  )
  const set = setPart(kind, schema)
  return repair(`${records.kind}.repair`, {
    records,
    input: z.object({ id: z.string(), settings: schema }),
    steps: [inspect, set],
    locks: ({ loadBalancerUuid }) => [`load-balancer:${loadBalancerUuid}`],
    plan: record => ({ id: cloudPartIdOf(records, record), settings: schema.parse(record) }),
    async run({ id, settings }, { step }) {
      const settingsBefore = await step(inspect, { id })
      if (!isDeepStrictEqual(settingsBefore, settings)) await step(set, { id, settings, settingsBefore })
    },
  })
}
