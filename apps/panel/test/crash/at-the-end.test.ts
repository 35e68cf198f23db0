import type { Finding as Difference } from '@evenkeel/console'
import { describe, expect, it } from 'vitest'
import type { CloudObject } from '../../src/cloud/embedded/inventory.ts'
import { noAmounts } from '../../src/records/quota-amounts.ts'
import { checkAtTheEnd, type World } from './at-the-end.ts'
import { action, promised, shown, whole } from './judged.fixture.ts'
import { ask, type Model } from './model.ts'

const complaints = (model: Model, world: Partial<World> = {}) =>
  checkAtTheEnd(model, { ...whole, ...world }).map(({ object, what }) => `${object} ${what}`)

const without = (kind: CloudObject['kind']) => whole.objects.filter(object => object.kind !== kind)
const withServer = (fields: object) =>
  whole.objects.map(object => (object.kind === 'server' ? { ...object, ...fields } : object))

/** A model that was promised a change, and the action that made it. */
function changed(name: string, flavor?: string) {
  const { model, server } = promised()
  const asked = ask(server, name, flavor)
  asked.answer = 'acknowledged'
  asked.actionId = 'a2'
  return { model, actions: [...whole.actions, action({ id: 'a2', name })] }
}

describe('at the end', () => {
  it('all is well where everything is as it was promised', () => {
    expect(complaints(promised().model)).toEqual([])
  })

  it.each<[string, Partial<World>, RegExp]>([
    [
      'a server that is gone',
      { servers: [], quotaUse: whole.quotaUse },
      /^server crash-1 s1 is gone, and must be there$/,
    ],
    [
      'a volume that is gone',
      { volumes: whole.volumes.slice(0, 1) },
      /^volume v2 .*is gone, and must be there$/,
    ],
    [
      'an action that the journal lost',
      { actions: [] },
      /was promised server\.create a1, which the journal does not/,
    ],
    [
      'a missing port',
      { objects: without('port') },
      /^an owner is shown a port of crash-1 with 203\.0\.113\.2, which the cloud has not$/,
    ],
    [
      'an object twice',
      { objects: [...whole.objects, ...without('server')] },
      /^the cloud has a port of crash-1 with 203\.0\.113\.2, which no owner is shown$/,
    ],
    [
      'a server that is off',
      { objects: withServer({ power: 'stopped' }) },
      /^the cloud has server crash-1 with 1 vCPUs and 4 GB, stopped, which no owner is shown$/,
    ],
    [
      'a wrong size',
      { objects: withServer({ vcpuCount: 2 }) },
      /^an owner is shown server crash-1 with 1 vCPUs and 4 GB, running, which the cloud has not$/,
    ],
    ['a broken server', { objects: withServer({ state: 'broken' }) }, /^server c1 is broken in the cloud$/],
    [
      'a quota that is off by one',
      { quotaUse: { ...whole.quotaUse, volumeGb: 31 } },
      /^the project's quota is used/,
    ],
    [
      'an orphan',
      {
        objects: [...whole.objects, { ...whole.objects[0], id: 'p9', key: 'a9/network.port' } as CloudObject],
      },
      /^port p9 is an orphan in the cloud, of a9\/network\.port$/,
    ],
    [
      'what the panel itself has found',
      { differences: [{ what: 'Port p9 is an orphan.', state: 'repaired', actionId: null } as Difference] },
      /^the reconciler has found \(and now repaired\): Port p9 is an orphan\.$/,
    ],
    [
      'an action that nobody asked for',
      { actions: [...whole.actions, action({ id: 'a9', name: 'server.reboot' })] },
      /has an action that nobody asked for: server\.reboot a9/,
    ],
  ])('%s is found', (_, world, what) => {
    expect(complaints(promised().model, world)).toContainEqual(expect.stringMatching(what))
  })
})

describe('a change that was acknowledged', () => {
  it('has happened if its action succeeded', () => {
    const { model, actions } = changed('server.stop')

    expect(complaints(model, { actions })).toEqual([
      'server crash-1 s1 is running with flex-4-1, and must be stopped with flex-4-1',
    ])
  })

  it('has not if its action was rolled back', () => {
    const { model, actions } = changed('server.stop')
    const rolledBack = actions.map(done =>
      done.id === 'a2' ? { ...done, state: 'rolled-back' as const } : done,
    )

    expect(complaints(model, { actions: rolledBack })).toEqual([])
  })

  it('of flavor counts in the cloud and in the quota, too', () => {
    const { model, actions } = changed('server.resize', 'flex-8-2')

    const servers = [{ ...shown, flavor: { slug: 'flex-8-2' } }]
    expect(complaints(model, { actions, servers })).toEqual([
      'an owner is shown server crash-1 with 2 vCPUs and 8 GB, running, which the cloud has not',
      'the cloud has server crash-1 with 1 vCPUs and 4 GB, running, which no owner is shown',
      expect.stringContaining("the project's quota"),
    ])
  })
})

describe('a creation that was rolled back', () => {
  it('leaves nothing', () => {
    const rolledBack = whole.actions.map(done => ({ ...done, state: 'rolled-back' as const }))
    const gone = { servers: [], volumes: [], actions: rolledBack, quotaUse: noAmounts }

    expect(complaints(promised().model, { ...gone, objects: [] })).toEqual([])
    expect(complaints(promised().model, gone)).toEqual(
      Array.from({ length: 5 }, () => expect.stringContaining('which no owner is shown')),
    )
  })
})
