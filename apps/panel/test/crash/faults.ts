import type { FaultKind } from '../../src/cloud/embedded/fault-order.ts'
import {
  type EffectOperation,
  effectOperations,
  readOperations,
} from '../../src/cloud/embedded/operations.ts'
import type { Chance } from './chance.ts'

/** A fault order as the panel takes it. */
export interface FaultRequest {
  readonly operation: string
  readonly kind: FaultKind
  readonly probability?: number
  readonly times?: number
  readonly delayMs?: number
}

/** How late a late effect comes at most, in milliseconds: before the watch for it ends. */
export const lateMsMax = 300

const effectProbabilities: Readonly<Partial<Record<FaultKind, number>>> = {
  refuse: 0.03,
  busy: 0.08,
  'lose-answer': 0.06,
  'late-effect': 0.06,
  'error-state': 0.03,
  slow: 0.05,
}

const readProbabilities: Readonly<Partial<Record<FaultKind, number>>> = {
  busy: 0.03,
  'lose-answer': 0.02,
  'error-state': 0.01,
  slow: 0.03,
}

/** The weather of a round: fair, mixed, or mixed with one operation that always goes wrong in one way. */
export function weather(chance: Chance): readonly FaultRequest[] {
  return chance.weighted<() => readonly FaultRequest[]>([
    [2, () => []],
    [6, () => mixed(chance)],
    [2, () => [stubborn(chance), ...mixed(chance)]],
  ])()
}

/** Kills the panel once, between an effect and its answer. */
export function crashAt(operation: EffectOperation): FaultRequest {
  return { operation, kind: 'crash', times: 1 }
}

function mixed(chance: Chance): readonly FaultRequest[] {
  const orders = (operations: readonly string[], probabilities: typeof effectProbabilities) =>
    operations.flatMap(operation =>
      Object.entries(probabilities).map(([kind, probability]) => ({
        operation,
        kind: kind as FaultKind,
        probability,
        delayMs: chance.whole(10, lateMsMax),
      })),
    )
  return [...orders(effectOperations, effectProbabilities), ...orders(readOperations, readProbabilities)]
}

function stubborn(chance: Chance): FaultRequest {
  const kinds = Object.keys(effectProbabilities) as FaultKind[]
  return { operation: chance.oneOf(effectOperations), kind: chance.oneOf(kinds), delayMs: lateMsMax }
}
