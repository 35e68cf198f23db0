import type { ActionStateKind, EffectOutcome, StepStateKind } from 'evenkeel/actions'
import type { Tone } from '../ui/tone.ts'

/** How a state is shown: its word, its colour, and whether it will still change. */
export interface StateLook {
  readonly word: string
  readonly tone: Tone
  readonly isOpen: boolean
}

export const actionLooks: Record<ActionStateKind, StateLook> = {
  waiting: { word: 'waiting for locks', tone: 'neutral', isOpen: true },
  running: { word: 'running', tone: 'accent', isOpen: true },
  'past-pivot': { word: 'past the pivot', tone: 'accent', isOpen: true },
  'rolling-back': { word: 'rolling back', tone: 'warn', isOpen: true },
  ending: { word: 'ending', tone: 'accent', isOpen: true },
  succeeded: { word: 'succeeded', tone: 'good', isOpen: false },
  'rolled-back': { word: 'rolled back', tone: 'neutral', isOpen: false },
}

export const stepLooks: Record<StepStateKind, StateLook> = {
  running: { word: 'running', tone: 'accent', isOpen: true },
  unknown: { word: 'outcome unknown', tone: 'warn', isOpen: true },
  done: { word: 'done', tone: 'good', isOpen: false },
  failed: { word: 'failed', tone: 'bad', isOpen: false },
  undoing: { word: 'undoing', tone: 'warn', isOpen: true },
  undone: { word: 'undone', tone: 'neutral', isOpen: false },
  deferred: { word: 'waits until clean', tone: 'warn', isOpen: true },
  residue: { word: 'residue left', tone: 'bad', isOpen: true },
  forgotten: { word: 'forgotten', tone: 'warn', isOpen: false },
}

/** What an attempt did at the outside system, as a sentence's end. */
export const effectWords: Record<EffectOutcome | 'done', string> = {
  done: 'done',
  busy: 'busy: nothing happened',
  refused: 'refused: nothing happened',
  broken: 'broken: left an object in an error state',
  unknown: 'unknown: it may have happened',
}
