import { chain, DependencyException } from 'evenkeel'
import { type Stats, StatsFilter } from 'evenkeel/stats'
import type { ApiContext } from '../api/context.ts'
import type { Flavor } from '../catalogue.ts'
import type { Compute } from '../cloud/compute.ts'
import { requireCapacity } from '../cloud/exceptions.ts'

/**
 * Asks the cloud for room before a server is promised, so that a full zone is told at once.
 *
 * @returns what throws `NoCapacityException` when there is none
 */
export function roomCheck(compute: Compute, stats: Stats): ApiContext['capacityCheck'] {
  const operation = 'compute.hasRoom'
  const hasRoom = chain(
    [
      new StatsFilter<{ zone: string; flavor: Flavor }, boolean>({
        stats,
        identify: () => ({ kind: 'call', operation }),
      }),
    ],
    async ({ zone, flavor: { vcpuCount, memoryGb, gpu } }) =>
      compute.hasRoom(zone, { vcpuCount, memoryGb, gpuCount: gpu?.count ?? 0 }),
  )
  return async (zone, flavor) => {
    let isThereRoom: boolean
    try {
      isThereRoom = await hasRoom({ zone, flavor })
    } catch (thrown) {
      // Fails open, and only for the cloud's own failures: the answer is a courtesy, and the creation itself finds
      // out. What was swallowed has been counted by its class, by the filter.
      if (thrown instanceof DependencyException) return
      throw thrown
    }
    requireCapacity(isThereRoom, zone, `a server of flavor ${flavor.slug}`)
  }
}
