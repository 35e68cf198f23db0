/** One measured figure and what it should be. */
export interface Figure {
  /** What was measured, in words. */
  readonly figure: string
  readonly value: number
  /** @example 's', 'ns', '×' */
  readonly unit: string
  /** The bound, in the same unit: the best that a user would ask for, not what we happen to reach. */
  readonly aim: { readonly atMost: number } | { readonly atLeast: number }
}

/** Prints `FIGURE  VALUE  aim TARGET  met|short` on one line. */
export function report(figure: Figure): void {
  console.log(printed(figure))
}

/** The line that `report` prints. A value that isn't a number never meets its aim. */
export function printed({ figure, value, unit, aim }: Figure): string {
  const isMet = 'atMost' in aim ? value <= aim.atMost : value >= aim.atLeast
  const target = 'atMost' in aim ? `≤ ${aim.atMost}` : `≥ ${aim.atLeast}`
  return `${figure}  ${rounded(value)} ${unit}  aim ${target} ${unit}  ${isMet ? 'met' : 'short'}`
}

/**
 * The value in the middle; of an even number of values, the mean of the two in the middle.
 *
 * @throws {RangeError} there are no values
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (upper === undefined || lower === undefined) throw new RangeError('There is no median of no values.')
  return (lower + upper) / 2
}

// Three digits tell all that a measurement can; thousands keep theirs.
function rounded(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toFixed(digits)
}
