import { DependencyException, failOpen } from 'evenkeel'
import type { ApiContext } from '../api/context.ts'
import type { Compute } from '../cloud/compute.ts'
import { requireCapacity } from '../cloud/exceptions.ts'

/**
 * Asks the cloud for room before a server is promised, so that a full zone is told at once.
 *
 * @returns what throws `NoCapacityException` when there is none
 */
export function roomCheck(compute: Compute): ApiContext['capacityCheck'] {
  return async (zone, flavor) => {
    const { vcpuCount, memoryGb, gpu } = flavor
    // Fails open, and only for the cloud's own failures: the answer is a courtesy, and the creation itself finds out.
    const isThereRoom = await failOpen(
      () => compute.hasRoom(zone, { vcpuCount, memoryGb, gpuCount: gpu?.count ?? 0 }),
      true,
      { on: [DependencyException], name: 'compute.hasRoom' },
    )
    requireCapacity(isThereRoom, zone, `a server of flavor ${flavor.slug}`)
  }
}
