import { type EffectOperation, effectOperations } from '../../src/cloud/embedded/operations.ts'
import type { Chance } from './chance.ts'

/** How a round ends: when the panel is struck, and with what. */
export type Blow =
  | { readonly kind: 'under-load'; readonly signal: Signal; readonly afterMs: number }
  /** The cloud kills it, between an effect and its answer. */
  | { readonly kind: 'at-effect'; readonly operation: EffectOperation }
  /** While it starts, or just after: it has been struck not long ago, and has not recovered. */
  | { readonly kind: 'at-start'; readonly signal: Signal; readonly afterMs: number }
  | Wipe

/** All is lost but a backup, which was made as soon as everybody had an answer: what that began goes on in it. */
export interface Wipe {
  readonly kind: 'wipe'
  readonly afterMs: number
}

/** SIGKILL ends it at once, as a power cut does. SIGTERM asks it to end, as an operator does. */
export type Signal = 'SIGKILL' | 'SIGTERM'

const loadMsMax = 800

/** @param startMs how long the panel takes to start at present, in milliseconds */
export function nextBlow(chance: Chance, startMs: number): Blow {
  const signal = chance.hits(0.15) ? 'SIGTERM' : 'SIGKILL'
  return chance.weighted<() => Blow>([
    [12, () => ({ kind: 'under-load', signal, afterMs: chance.whole(0, loadMsMax) })],
    [4, () => ({ kind: 'at-effect', operation: chance.oneOf(effectOperations) })],
    [2, () => ({ kind: 'wipe', afterMs: chance.whole(0, loadMsMax) })],
    // Beyond the start as well: then what it had to recover has only just begun to move.
    [4, () => ({ kind: 'at-start', signal, afterMs: chance.whole(0, Math.round(startMs * 1.2)) })],
  ])()
}

/** A blow in words, for the report. */
export function inWords(blow: Blow): string {
  switch (blow.kind) {
    case 'under-load':
      return `${blow.signal} ${blow.afterMs} ms under load`
    case 'at-effect':
      return `killed by the cloud at ${blow.operation}`
    case 'at-start':
      return `${blow.signal} ${blow.afterMs} ms after launch`
    case 'wipe':
      return `wiped ${blow.afterMs} ms under load, and restored`
  }
}
