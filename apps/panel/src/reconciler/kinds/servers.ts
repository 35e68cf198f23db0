import { rebootServerAction } from '../../actions/change-power.ts'
import { deleteCustomImage } from '../../actions/delete-custom-image.ts'
import { deleteServer } from '../../actions/delete-server.ts'
import { deleteServerGroup } from '../../actions/delete-server-group.ts'
import { followPower, repairServerSize } from '../../actions/reconcile-server.ts'
import { flavorOf } from '../../catalogue.ts'
import type { Size } from '../../cloud/compute.ts'
import type { ServerAtCloud } from '../../records/recorded/servers.ts'
import { compared, deleteRecord, differs, onRecord } from '../compared-kind.ts'

export const servers = compared('server', {
  label: 'Server',
  differences(server, { name, power, flavor }) {
    const { vcpuCount, memoryGb, gpu } = flavorOf(flavor)
    const size = { vcpuCount, memoryGb, gpuCount: gpu?.count ?? 0 }
    return [
      ...differs(
        power !== undefined && server.power !== power,
        'power',
        `Server '${name}' is ${server.power} at the cloud; its record says that it is ${power}.`,
      ),
      ...differs(
        inWords(server) !== inWords(size),
        'size',
        `Server '${name}' has ${inWords(server)} at the cloud; its flavor ${flavor} says ${inWords(size)}.`,
      ),
    ]
  },
  byItself: { power: onRecord(followPower) },
  remedies: [
    {
      of: 'size',
      name: 'resize',
      label: 'Give it the size of its flavor',
      consequence: 'The server is changed to the size that its owner pays for. It must be stopped for that.',
      repair: onRecord(repairServerSize),
    },
    {
      of: 'broken',
      name: 'reboot',
      label: 'Reboot it',
      consequence:
        'What runs on the server is interrupted. A reboot brings it out of an error state, if the cloud lets it.',
      repair: onRecord(rebootServerAction),
      isFor: record => (record as ServerAtCloud).power === 'running',
    },
    deleteRecord(deleteServer),
  ],
})

export const serverGroups = compared('server-group', {
  label: 'Server group',
  remedies: [deleteRecord(deleteServerGroup)],
})

export const images = compared('image', {
  label: 'Custom image',
  remedies: [deleteRecord(deleteCustomImage)],
})

function inWords({ vcpuCount, memoryGb, gpuCount }: Size): string {
  const gpus = gpuCount === 0 ? '' : `, ${gpuCount} GPUs`
  return `${vcpuCount} ${vcpuCount === 1 ? 'vCPU' : 'vCPUs'}, ${memoryGb} GB${gpus}`
}
