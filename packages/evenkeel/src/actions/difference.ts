import type { Json } from '../exceptions/exception.ts'
import { withoutSecrets } from './encoding.ts'
import type { ActionHistory } from './history.ts'

/** What the journal has at a path, and what `run` asks for there instead, each in words. */
export interface Difference {
  readonly expected: string
  readonly asked: string
}

/** How a step that `run` asks for differs from what the journal has under its path; undefined if it is the same, or new. */
export function stepDifference(
  { steps, sleeps }: ActionHistory,
  path: string,
  asked: { readonly step: string; readonly version: number; readonly input: Json },
): Difference | undefined {
  if (sleeps.has(path)) return { expected: 'a sleep there', asked: `run asks for the step ${asked.step}` }
  const known = steps.get(path)
  if (known === undefined) return undefined
  if (known.step !== asked.step || known.version !== asked.version) {
    return {
      expected: `the step ${known.step} in version ${known.version} there`,
      asked: `run asks for ${asked.step} in version ${asked.version}`,
    }
  }
  // Secrets are encrypted anew each time, so they can't be compared.
  const field = firstDifference(withoutSecrets(known.input), withoutSecrets(asked.input))
  if (field === undefined) return undefined
  return { expected: 'another input for it', asked: `run gives one that differs at ${field || 'the whole'}` }
}

/** Where two values differ, as a path of fields; empty if they differ as a whole. */
function firstDifference(a: Json, b: Json): string | undefined {
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b))
    return Object.is(a, b) ? undefined : ''
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const difference =
      Object.hasOwn(a, key) && Object.hasOwn(b, key) ? firstDifference(a[key] ?? null, b[key] ?? null) : ''
    if (difference !== undefined) return difference === '' ? key : `${key}.${difference}`
  }
  return undefined
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null
}
