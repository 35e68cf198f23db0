import { setTimeout as delay } from 'node:timers/promises'
import type { Chance } from './chance.ts'
import type { Customer } from './customer.ts'
import type { Deed } from './deed.ts'
import { deeds } from './deeds.ts'
import type { Finding } from './finding.ts'
import type { Model } from './model.ts'

export interface LoadOptions {
  readonly model: Model
  readonly customer: Customer
  /** Where goes what is not as it must be. */
  readonly findings: Finding[]
  /** A stream of chance for each of those who ask. */
  readonly chances: readonly Chance[]
  /** Whether the panel has been told to end. */
  readonly isEnding: () => boolean
  /** Aborted when the panel is struck: nobody begins anything more. */
  readonly struck: AbortSignal
}

const pauseMsMax = 20

/** Several customers create, change and delete, each one thing after the other, until the panel is struck. */
export async function load(options: LoadOptions): Promise<void> {
  await Promise.all(options.chances.map(chance => goOn({ ...options, chance })))
}

async function goOn({ struck, chance, ...options }: LoadOptions & { chance: Chance }): Promise<void> {
  while (!struck.aborted) {
    const deed = chance.weighted<Deed>(deeds)
    await deed({ ...options, chance })
    await delay(chance.whole(0, pauseMsMax))
  }
}
