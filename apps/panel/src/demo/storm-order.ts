import { parseArgs } from 'node:util'
import { BadClientRequestException } from 'evenkeel'
import { type FaultKind, faultKinds } from '../cloud/embedded/fault-order.ts'
import type { CloudOperation } from '../cloud/embedded/operations.ts'
import { type Combination, combinationsOf } from './combinations.ts'

/** What of the storm was asked for; undefined for all. */
export interface StormOrder {
  readonly operation: string | undefined
  readonly fault: FaultKind | undefined
}

/** The command was called with words that it does not know. */
export class StormUsageException extends BadClientRequestException {
  static override readonly hasStack = true

  constructor(problem: string, options: { cause?: unknown } = {}) {
    super(`${problem} Usage: npm run demo:storm -- [--operation OPERATION] [--fault FAULT]`, options)
  }
}

/** @throws {StormUsageException} the words are not those of the command */
export function parseStormOrder(words: readonly string[]): StormOrder {
  const { operation, fault } = parse(words)
  const kind = faultKinds.find(kind => kind === fault)
  if (fault !== undefined && kind === undefined) throw notOneOf('a fault', fault, faultKinds)
  return { operation, fault: kind }
}

/** @throws {StormUsageException} the cloud has no such operation, or no customer causes it */
export function chosen(
  { operation, fault }: StormOrder,
  operations: readonly CloudOperation[],
): readonly Combination[] {
  const all = combinationsOf(operations)
  const known = new Set<string>(all.map(combination => combination.operation))
  if (operation !== undefined && !known.has(operation)) throw notOneOf('an operation', operation, [...known])
  return all.filter(
    combination =>
      (operation === undefined || combination.operation === operation) &&
      (fault === undefined || combination.fault === fault),
  )
}

function notOneOf(what: string, given: string, choices: readonly string[]): StormUsageException {
  return new StormUsageException(
    `"${given}" is not ${what} of the storm: choose one of ${choices.join(', ')}.`,
  )
}

function parse(words: readonly string[]) {
  try {
    const options = { operation: { type: 'string' }, fault: { type: 'string' } } as const
    return parseArgs({ args: [...words], options }).values
  } catch (error) {
    // `parseArgs` throws a TypeError with a sentence of its own for each wrong word.
    if (!(error instanceof TypeError)) throw error
    throw new StormUsageException(`${error.message}.`, { cause: error })
  }
}
