import { newTxId, runInTx, Transaction } from 'evenkeel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { announceMaintenance } from '../records/maintenance.ts'
import { insertSuspension } from '../records/suspensions.ts'
import { performer } from './perform.ts'
import { type PolishBench, polishBench, polishMs, polishVolume } from './polish.fixture.ts'

let bench: PolishBench
beforeEach(async () => {
  bench = await polishBench()
})
afterEach(() => bench.dispose())

function polish(principal: string | undefined): Promise<unknown> {
  const { actions, records, clock, target } = bench
  const tx = new Transaction({ kind: 'request', operation: 'POST /' })
  tx.principal = principal
  const perform = performer({ actions, records, clock })
  return runInTx(tx, () => perform(polishVolume, target, { until: 'ended' }))
}

const closings = {
  ProjectSuspendedException: () =>
    bench.records.transaction(trx =>
      insertSuspension(trx, {
        projectId: bench.target.projectId,
        reason: 'abuse',
        message: null,
        suspendedBy: 'ada',
        since: '2026-11-22T12:00:00.000000Z',
        actionId: newTxId(),
      }),
    ),
  MaintenanceException: () =>
    bench.records.transaction(trx =>
      announceMaintenance(trx, {
        fromMs: 0,
        untilMs: bench.clock.now() + 3_600_000,
        message: null,
        announcedBy: 'ada',
        announcedAt: 'now',
      }),
    ),
}

describe.each(Object.entries(closings))('an action that meets a %s', (exception, close) => {
  it('is refused to a customer whose request had waited for its turn; what had begun before goes on', async () => {
    const customer = `project:${bench.target.projectId}/token:ci`
    const first = polish(customer)
    const second = polish(customer)
    const refused = expect(second).rejects.toMatchObject({ name: exception })
    await bench.clock.advance(polishMs / 2)

    await close()
    await bench.clock.run(first)
    await bench.clock.run(refused)

    expect((await bench.volume())?.tags).toEqual({ polished: '1' })
  })

  it.each(['operator:ada', undefined])('is begun where no customer asks for it, but %s', async principal => {
    await close()

    await bench.clock.run(polish(principal))

    expect((await bench.volume())?.tags).toEqual({ polished: '1' })
  })
})
