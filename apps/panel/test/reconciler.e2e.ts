import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../src/demo/eventually.ts'
import type { PanelProcess } from '../src/demo/panel-process.ts'
import type { RunSummary } from '../src/records/reconciler-runs.ts'
import {
  allOver,
  ask,
  createServer,
  endOfCreation,
  operatorSees,
  orderFaults,
  runningServer,
  startPanel,
} from './panel.fixture.ts'

let panel: PanelProcess
beforeAll(async () => {
  panel = await startPanel()
})
afterAll(() => panel.stop())

interface Findings {
  readonly findings: readonly { readonly kind: string; readonly state: string; readonly cloudId: string }[]
}

describe('a started panel', () => {
  it('has compared its records with the cloud once it serves', async () => {
    const [first] = await runs(panel)

    expect(first).toMatchObject({ compared: { server: 0 }, found: { orphan: 0 } })
    expect(first?.exception).toBeUndefined()
  })

  it('removes what came later than anybody looked out for it, when an operator has it compare', async () => {
    await runningServer(panel)
    const before = await operatorSees.objects(panel)
    await orderFaults(panel, { operation: 'volumes.create', kind: 'late-effect', delayMs: 4_000 })
    await endOfCreation(panel, await createServer(panel, { name: 'late' }))
    await orderFaults(panel)
    await allOver(panel)
    const orphan = await eventually(
      'an orphan',
      async () => {
        const objects = await operatorSees.objects(panel)
        return objects.find(({ id, state }) => state === 'ready' && before.every(other => other.id !== id))
      },
      { withinMs: 20_000, everyMs: 100 },
    )

    await eventually('all that came late to be gone', async () => {
      const { status } = await ask(panel, { method: 'POST', path: '/console/api/reconciler/run' })
      expect(status).toBe(202)
      const objects = await operatorSees.objects(panel)
      return objects.length === before.length ? true : undefined
    })

    const findings = (await ask(panel, { path: '/console/api/findings' })).json<Findings>().findings
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: 'orphan', state: 'repaired', cloudId: orphan.id }),
    )
    expect((await operatorSees.objects(panel)).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
  })
})

async function runs(panel: PanelProcess): Promise<readonly RunSummary[]> {
  return eventually('a comparison', async () => {
    const answer = await ask(panel, { path: '/console/api/reconciler' })
    const { runs } = answer.json<{ runs: readonly RunSummary[] }>()
    return runs.length > 0 ? runs : undefined
  })
}
