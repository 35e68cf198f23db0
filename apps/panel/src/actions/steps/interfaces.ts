import { z } from 'zod'
import { arrangeInterfaces, recordPort } from '../../records/interfaces.ts'
import { step } from '../define.ts'

/** Shows a server's owner other interfaces than before, once they are attached. */
export const recordInterfaces = step('interfaces.record', {
  idempotent: true,
  input: z.object({
    serverUuid: z.string(),
    before: z.array(z.string()),
    after: z.array(z.string()),
    /** What the cloud calls the ports of those that are new. */
    ports: z.array(z.object({ uuid: z.string(), portId: z.string() })),
  }),
  output: z.null(),
  async do({ serverUuid, after, ports }, { world: { records } }) {
    await records.transaction(async db => {
      for (const { uuid, portId } of ports) await recordPort(db, uuid, portId)
      await arrangeInterfaces(db, serverUuid, after)
    })
    return null
  },
  undo: (_output, { input: { serverUuid, before }, world: { records } }) =>
    records.transaction(db => arrangeInterfaces(db, serverUuid, before)),
})
