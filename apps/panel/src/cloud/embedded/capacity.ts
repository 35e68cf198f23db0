import type { Size } from '../compute.ts'
import { requireCapacity } from '../exceptions.ts'
import type { VolumeType } from '../volumes.ts'
import type { Moment } from './moment.ts'
import { requireSound } from './objects.ts'

/** What the hosts and stores of a zone hold in all. */
export interface ZoneCapacity extends Size {
  readonly hostCount: number
  readonly storageGb: Readonly<Record<VolumeType, number>>
}

/** The zones of the cloud. */
export type Capacity = Readonly<Record<string, ZoneCapacity>>

const usualZone: ZoneCapacity = {
  hostCount: 8,
  vcpuCount: 256,
  memoryGb: 768,
  gpuCount: 4,
  storageGb: { ssd: 50_000, bulk: 200_000 },
}

/** Room for one of the biggest flavors and many small ones in each zone. */
export const defaultCapacity: Capacity = { rma1: usualZone, lpg1: usualZone }

/** Whether a server of this size finds room beside all others. */
export function hasRoom(
  moment: Moment,
  zone: string,
  size: Size,
  except: string | undefined = undefined,
): boolean {
  const total = capacityOf(moment, zone)
  const used = sizeInUse(moment, zone, except)
  return (
    used.vcpuCount + size.vcpuCount <= total.vcpuCount &&
    used.memoryGb + size.memoryGb <= total.memoryGb &&
    used.gpuCount + size.gpuCount <= total.gpuCount
  )
}

/**
 * @param except the server that is being resized: its present size is not in its own way
 * @throws {NoCapacityException} no host has room
 */
export function requireRoom(moment: Moment, zone: string, size: Size, except?: string): void {
  requireCapacity(hasRoom(moment, zone, size, except), zone, describeSize(size))
}

/**
 * @param except the volume that is being extended: its present size is not in its own way
 * @throws {NoCapacityException} the storage is full
 */
export function requireStorage(
  moment: Moment,
  zone: string,
  type: VolumeType,
  sizeGb: number,
  except?: string,
): void {
  const totalGb = capacityOf(moment, zone).storageGb[type]
  const hasSpace = storageInUseGb(moment, zone, type, except) + sizeGb <= totalGb
  requireCapacity(hasSpace, zone, `a volume of ${sizeGb} GB on ${type} storage`)
}

/** @throws {CloudRefusedException} there is no such zone */
export function capacityOf(moment: Moment, zone: string): ZoneCapacity {
  const capacity = Object.hasOwn(moment.capacity, zone) ? moment.capacity[zone] : undefined
  requireSound(moment, capacity !== undefined, `there is no zone ${zone}`)
  return capacity
}

/** A server that is being resized holds room for the larger of both sizes, a broken or leaving one for its own. */
function sizeInUse({ db }: Moment, zone: string, except: string | undefined): Size {
  const row = db.one<{ vcpu_count: number; memory_gb: number; gpu_count: number }>(
    `select coalesce(sum(max(vcpu_count, coalesce(next_vcpu_count, 0))), 0) as vcpu_count,
            coalesce(sum(max(memory_gb, coalesce(next_memory_gb, 0))), 0) as memory_gb,
            coalesce(sum(max(gpu_count, coalesce(next_gpu_count, 0))), 0) as gpu_count
     from objects join servers using (id) where zone = ? and kind = 'server' and id is not ?`,
    zone,
    except ?? null,
  )
  return { vcpuCount: row?.vcpu_count ?? 0, memoryGb: row?.memory_gb ?? 0, gpuCount: row?.gpu_count ?? 0 }
}

/** A volume that is being extended holds its new size. */
function storageInUseGb({ db }: Moment, zone: string, type: VolumeType, except: string | undefined): number {
  const row = db.one<{ size_gb: number }>(
    `select coalesce(sum(max(size_gb, coalesce(next_size_gb, 0))), 0) as size_gb
     from objects join volumes using (id) where zone = ? and kind = 'volume' and type = ? and id is not ?`,
    zone,
    type,
    except ?? null,
  )
  return row?.size_gb ?? 0
}

function describeSize({ vcpuCount, memoryGb, gpuCount }: Size): string {
  const size = `${counted(vcpuCount, 'vCPU')} with ${memoryGb} GB of memory`
  return gpuCount === 0 ? size : `${size} and ${counted(gpuCount, 'GPU')}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
