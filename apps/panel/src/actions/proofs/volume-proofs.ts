import type { AnyAction } from 'evenkeel/actions'
import type { ProofEnd } from 'evenkeel/testing'
import type { Db } from '../../records/tables.ts'
import { attachVolumeAction } from '../attach-volume.ts'
import { stopServerAction } from '../change-power.ts'
import { createVolumeAction } from '../create-volume.ts'
import { createVolumeSnapshot } from '../create-volume-snapshot.ts'
import type { PanelWorld } from '../define.ts'
import { deleteServer } from '../delete-server.ts'
import { deleteVolume } from '../delete-volume.ts'
import { deleteVolumeSnapshot } from '../delete-volume-snapshot.ts'
import { detachVolumeAction } from '../detach-volume.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import { resizeVolumeAction } from '../resize-volume.ts'
import { revertVolumeAction } from '../revert-volume.ts'
import { copyOf, newSnapshot, newVolume } from '../volume.fixture.ts'
import { hasSucceeded, type ProofsOf, targetOf } from './proof-stage.ts'

/** A volume that one of two servers has is copied to it, moved to the other, detached, enlarged and deleted. */
export const volumeProofs: ProofsOf = async ({ bench, done, created, image, proof, another }) => {
  const server = await created({ name: 'first', volumes: [] })
  const other = await created({ name: 'second', volumes: [] })
  const onServer = ({ uuid }: { readonly uuid: string }) => ({ uuid, path: 'servers[0]' })

  const { source, snapshot } = await volumeWithSnapshot(bench, done)
  const copy = newVolume(bench, { content: copyOf(snapshot.uuid), server: onServer(server) })
  const removalOfCopy = { action: deleteVolume, input: targetOf(copy) }
  const beforeCopy = image()

  const proved = newVolume(bench, { server: onServer(server) })
  await done(createVolumeAction, proved)
  const volume = targetOf(proved)
  const removal = { action: deleteVolume, input: volume }
  const attached = image()
  const isDeleted = (ends: readonly ProofEnd[]) => ends.some(({ action }) => action === deleteVolume.name)

  return [
    proof(createVolumeAction, copy, beforeCopy, {
      rival: () => removalOfCopy,
      again: (_world, ends) =>
        hasSucceeded(createVolumeAction.name, ends)
          ? removalOfCopy
          : { action: deleteVolumeSnapshot, input: snapshot },
    }),
    proof(attachVolumeAction, { ...volume, server: onServer(other) }, attached, {
      rival: () => ({ action: deleteServer, input: other }),
      again: () => removal,
    }),
    proof(detachVolumeAction, volume, attached, {
      rival: () => ({ action: deleteServer, input: server }),
      again: () => ({ action: attachVolumeAction, input: { ...volume, server: onServer(other) } }),
    }),
    proof(asIfCancellable(resizeVolumeAction), { ...volume, sizeGb: 30 }, attached, {
      rival: () => removal,
      again: (_world, ends) => (isDeleted(ends) ? another : removal),
    }),
    proof(asIfCancellable(revertVolumeAction), { ...source, snapshot: snapshot.uuid }, beforeCopy, {
      rival: () => ({ action: deleteVolumeSnapshot, input: snapshot }),
      again: () => ({ action: resizeVolumeAction, input: { ...source, sizeGb: 30 } }),
    }),
    proof(deleteVolume, volume, attached, {
      rival: () => ({ action: stopServerAction, input: server }),
      again: () => another,
    }),
  ]
}

/** A snapshot of a volume is made; the volume is copied while it is deleted. */
export const volumeSnapshotProofs: ProofsOf = async ({ bench, done, image, proof }) => {
  const { source, snapshot } = await volumeWithSnapshot(bench, done)
  const newOne = newSnapshot(bench, source.uuid)
  const removal = { action: deleteVolumeSnapshot, input: targetOf(newOne) }
  const copy = newVolume(bench, { content: copyOf(snapshot.uuid) })
  const begun = image()
  const isDeleted = (ends: readonly ProofEnd[]) =>
    ends.some(({ action }) => action === deleteVolumeSnapshot.name)

  return [
    proof(createVolumeSnapshot, newOne, begun, {
      rival: () => removal,
      again: (_world, ends) =>
        hasSucceeded(createVolumeSnapshot.name, ends)
          ? removal
          : { action: createVolumeSnapshot, input: newSnapshot(bench, source.uuid) },
    }),
    proof(deleteVolumeSnapshot, snapshot, begun, {
      rival: () => ({ action: createVolumeAction, input: copy }),
      again: (_world, ends) =>
        isDeleted(ends)
          ? { action: deleteVolume, input: source }
          : { action: deleteVolumeSnapshot, input: snapshot },
    }),
  ]
}

/** What nobody can call off is undone only where one fault follows another: so all ways lead there. */
function asIfCancellable(action: AnyAction<PanelWorld, Db>): AnyAction<PanelWorld, Db> {
  return { ...action, definition: { ...action.definition, isCancellable: true } }
}

async function volumeWithSnapshot(bench: ActionsBench, done: Parameters<ProofsOf>[0]['done']) {
  const source = newVolume(bench, { name: 'source' })
  await done(createVolumeAction, source)
  const snapshot = newSnapshot(bench, source.uuid)
  await done(createVolumeSnapshot, snapshot)
  return { source: targetOf(source), snapshot: targetOf(snapshot) }
}
