import type { AnyAction } from 'evenkeel/actions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FaultKind, faultKinds } from '../cloud/embedded/fault-order.ts'
import type { CloudOperation } from '../cloud/embedded/operations.ts'
import type { Db } from '../records/tables.ts'
import { volumeSnapshotRecords } from '../records/volume-snapshots.ts'
import { type VolumeRecord, volumeRecords } from '../records/volumes.ts'
import { attachVolumeAction } from './attach-volume.ts'
import { createServer } from './create-server.ts'
import { createVolumeAction } from './create-volume.ts'
import { createVolumeSnapshot } from './create-volume-snapshot.ts'
import type { PanelWorld } from './define.ts'
import { deleteVolume } from './delete-volume.ts'
import { deleteVolumeSnapshot } from './delete-volume-snapshot.ts'
import { detachVolumeAction } from './detach-volume.ts'
import { type ActionsBench, actionsBench } from './panel.fixture.ts'
import { resizeVolumeAction } from './resize-volume.ts'
import { revertVolumeAction } from './revert-volume.ts'
import { newSnapshot, newVolume } from './volume.fixture.ts'

type PanelAction = AnyAction<PanelWorld, Db>

const operations: readonly CloudOperation[] = [
  'volumes.create',
  'volumes.get',
  'volumes.find',
  'volumes.extend',
  'volumes.revert',
  'volumes.createSnapshot',
  'volumes.getSnapshot',
  'volumes.findSnapshots',
  'volumes.deleteSnapshot',
  'volumes.delete',
  'compute.attachVolume',
  'compute.detachVolume',
]

const lookedFor: { readonly [operation: string]: CloudOperation } = {
  'volumes.find': 'volumes.create',
  'volumes.findSnapshots': 'volumes.createSnapshot',
}

let bench: ActionsBench
const server = { uuid: '', path: 'servers[0]' }

beforeAll(async () => {
  bench = await actionsBench()
  const request = bench.newServer({ volumes: [] })
  await bench.clock.run((await bench.actions.start(createServer, request)).end)
  server.uuid = request.uuid
})
afterAll(() => bench.dispose())

/** Lets everything happen, through a crash if one strikes, until all watches have closed and the janitor is done. */
async function settle(): Promise<void> {
  for (let rounds = 0; rounds < 2; rounds++) {
    await bench.clock.advance(120_000)
    if (bench.isDead()) await bench.restart()
  }
  expect(await bench.actions.residue()).toEqual([])
}

/** Asks for it until it is so. What fails once has left everything as it was, so that the same works then. */
async function bringAbout(
  action: PanelAction,
  request: unknown,
  isSo: () => Promise<boolean>,
): Promise<void> {
  for (let tries = 1; !(await isSo()); tries++) {
    expect(tries, `${action.name} is not done the second time either`).toBeLessThanOrEqual(2)
    await bench.actions.start(action, request)
    await settle()
    await expectAgreement()
  }
}

/** Records and cloud say the same of every volume and snapshot, and nothing is under way. */
async function expectAgreement(): Promise<void> {
  const volumes = await volumeRecords.list(bench.records.read, bench.projectId)
  const snapshots = await volumeSnapshotRecords.list(bench.records.read, bench.projectId)
  const recorded = [
    ...volumes.map(({ cloudVolumeId: id, sizeGb, serverUuid, change }) => ({
      id,
      sizeGb,
      isAttached: serverUuid !== null,
      isIdle: change === null,
    })),
    ...snapshots.map(({ cloudSnapshotId: id, sizeGb, status }) => ({
      id,
      sizeGb,
      isAttached: false,
      isIdle: status === 'available',
    })),
  ]
  const found = bench.cloud.objects().flatMap(object => {
    const { id, state } = object
    if (object.kind !== 'volume' && object.kind !== 'snapshot') return []
    const isAttached = object.kind === 'volume' && object.serverId !== undefined
    return [{ id, sizeGb: object.sizeGb, isAttached, isIdle: state === 'ready' }]
  })
  const inOrder = (things: readonly { id: string | null }[]) =>
    things.toSorted((one, other) => String(one.id).localeCompare(String(other.id)))
  expect(inOrder(recorded)).toEqual(inOrder(found))
}

/** The whole life of a volume, with one fault somewhere in it. */
async function live(operation: CloudOperation, kind: FaultKind): Promise<void> {
  const { projectId, records, cloud } = bench
  // An effect is looked for only where its answer was lost.
  const lost = lookedFor[operation]
  cloud.faults.replace([
    { operation, kind, times: 1, delayMs: 3_000 },
    ...(lost === undefined ? [] : [{ operation: lost, kind: 'lose-answer', times: 1 }]),
  ])
  const name = `${operation} ${kind}`
  const find = async () =>
    (await volumeRecords.list(records.read, projectId, { names: [name] })) as [VolumeRecord?]
  const snapshots = () => volumeSnapshotRecords.list(records.read, projectId)
  const isSo = (check: (volume: VolumeRecord) => boolean) => async () => {
    const [volume] = await find()
    return volume !== undefined && check(volume)
  }

  // A creation that fails leaves nothing, so that the next one is another.
  for (let tries = 1; (await find()).length === 0; tries++) {
    expect(tries, name).toBeLessThanOrEqual(2)
    await bench.actions.start(createVolumeAction, newVolume(bench, { name, server }))
    await settle()
    await expectAgreement()
  }
  const [{ uuid } = { uuid: '' }] = await find()
  const target = { projectId, uuid }
  await bringAbout(
    resizeVolumeAction,
    { ...target, sizeGb: 20 },
    isSo(({ sizeGb }) => sizeGb === 20),
  )
  await bringAbout(
    detachVolumeAction,
    target,
    isSo(({ serverUuid }) => serverUuid === null),
  )
  for (let tries = 1; (await snapshots()).length === 0; tries++) {
    expect(tries, name).toBeLessThanOrEqual(2)
    await bench.actions.start(createVolumeSnapshot, newSnapshot(bench, uuid))
    await settle()
    await expectAgreement()
  }
  const [snapshot = { uuid: '' }] = await snapshots()
  const isReverted = async () =>
    cloud.objects().some(each => each.kind === 'volume' && each.revertKey !== undefined)
  await bringAbout(revertVolumeAction, { ...target, snapshot: snapshot.uuid }, isReverted)
  await bringAbout(
    attachVolumeAction,
    { ...target, server },
    isSo(({ serverUuid }) => serverUuid !== null),
  )
  const removal = { projectId, uuid: snapshot.uuid }
  await bringAbout(deleteVolumeSnapshot, removal, async () => (await snapshots()).length === 0)
  await bringAbout(deleteVolume, target, async () => (await find()).length === 0)
  expect(cloud.faults.read().orders.filter(({ struck }) => struck === 0)).toEqual([])
}

describe('every fault at every operation on volumes and snapshots, once', () => {
  for (const operation of operations) {
    it(`${operation}: made or gone, changed or as before; no orphan, quota exact`, async () => {
      for (const kind of faultKinds) {
        await live(operation, kind)
        const { objects, use } = await bench.accounts()
        const left = objects.filter(each => each === 'volume' || each === 'snapshot')
        expect({ operation, kind, left, volumeGb: use.volumeGb }).toEqual({
          operation,
          kind,
          left: ['volume'], // the server's root volume
          volumeGb: 10,
        })
      }
    })
  }
})
