import { ValidationException } from 'evenkeel'
import type { VolumeType } from '../records/volumes.ts'

/** @throws {ValidationException} volumes of this type don't come in this size */
export function requireVolumeSize(type: VolumeType, sizeGb: number): void {
  if (type === 'bulk' && sizeGb % 100 !== 0)
    throw new ValidationException({ size_gb: 'Bulk volumes come in steps of 100 GB.' })
}
