import { successRate } from 'evenkeel/stats'
import { type Stop, tour } from './tour.ts'

// One notification in each of some situations, and then what an operator sees of them.
const { stops, counts } = await tour()

console.log('What became of each notification\n')
for (const { situation, reached, thrown } of stops) {
  console.log(row([situation, reachedInWords(reached), thrown ?? '']))
}

console.log('\nWhat was counted\n')
for (const { kind, operation, exception, category, count } of counts.toSorted(byKindAndOperation)) {
  console.log(
    row([`${kind} ${operation}`, exception ?? 'well', category ?? '', '█'.repeat(count), String(count)]),
  )
}
console.log(`\nSuccess rate ${Math.round(100 * (successRate(counts) ?? 0))} %`)

function reachedInWords(reached: Stop['reached']): string {
  return reached.length === 0 ? 'nobody reached' : `by ${reached.join(', ')}`
}

function byKindAndOperation(left: (typeof counts)[number], right: (typeof counts)[number]): number {
  return sortKey(left) < sortKey(right) ? -1 : 1
}

function sortKey({ kind, operation, exception = '' }: (typeof counts)[number]): string {
  return `${kind} ${operation} ${exception}`
}

function row(cells: readonly string[]): string {
  const widths = [37, 26, 27, 5]
  return `  ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('')}`.trimEnd()
}
