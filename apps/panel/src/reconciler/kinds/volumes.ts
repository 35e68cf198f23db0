import { deleteVolume } from '../../actions/delete-volume.ts'
import { deleteVolumeSnapshot } from '../../actions/delete-volume-snapshot.ts'
import { repairVolume } from '../../actions/reconcile-volume.ts'
import type { VolumeAtCloud } from '../../records/recorded/volumes.ts'
import { compared, deleteRecord, differs, onRecord } from '../compared-kind.ts'

export const volumes = compared('volume', {
  label: 'Volume',
  differences: (volume, { name, sizeGb, serverId, serverName, isRoot }) => [
    ...differs(
      volume.sizeGb < sizeGb,
      'size',
      `Volume '${name}' has ${volume.sizeGb} GB at the cloud; its record says ${sizeGb}.`,
    ),
    ...differs(
      volume.sizeGb > sizeGb,
      'excess_size',
      `Volume '${name}' has ${volume.sizeGb} GB at the cloud; its record says ${sizeGb}, and volumes only grow.`,
    ),
    ...differs(
      volume.serverId !== serverId,
      isRoot ? 'root_of' : 'server',
      `Volume '${name}' is at ${atServer(volume.serverId)} at the cloud; its record says ${serverName === undefined ? 'at none' : `at '${serverName}' (${serverId})`}.`,
    ),
  ],
  remedies: [
    {
      of: 'size',
      name: 'extend',
      label: 'Enlarge it',
      consequence: 'The volume is enlarged to the size that its owner pays for. It can stay attached.',
      repair: onRecord(repairVolume),
    },
    {
      of: 'server',
      name: 'attach',
      label: 'Attach it as recorded',
      consequence:
        'The volume is taken from the server that has it at the cloud, and given to the one that its record says, if it says one. What uses it now is interrupted.',
      repair: onRecord(repairVolume),
    },
    // A root volume goes with its server.
    { ...deleteRecord(deleteVolume), isFor: record => !(record as VolumeAtCloud).isRoot },
  ],
})

export const snapshots = compared('snapshot', {
  label: 'Volume snapshot',
  differences: (snapshot, { name, sizeGb }) =>
    differs(
      snapshot.sizeGb !== sizeGb,
      'size',
      `Volume snapshot '${name}' has ${snapshot.sizeGb} GB at the cloud; its record says ${sizeGb}.`,
    ),
  remedies: [deleteRecord(deleteVolumeSnapshot)],
})

function atServer(serverId: string | undefined): string {
  return serverId === undefined ? 'no server' : `server ${serverId}`
}
