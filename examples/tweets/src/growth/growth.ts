import { type Lines, linesOf, type Size, sizes } from './lines.ts'
import { toldApart } from './situations.ts'
import { type World, worldOfClasses, worldOfCodes } from './world.ts'

export interface Grown {
  readonly size: Size
  readonly codes: Lines & { readonly toldApart: number }
  readonly classes: Lines & { readonly toldApart: number }
}

/** The same search at each size, written in both ways: counted and run. */
export async function measureGrowth(): Promise<Grown[]> {
  const grown: Grown[] = []
  for (const size of sizes) {
    const { codes, classes } = linesOf(size)
    grown.push({
      size,
      codes: { ...codes, toldApart: await toldApartIn(worldOfCodes(size)) },
      classes: { ...classes, toldApart: await toldApartIn(worldOfClasses(size)) },
    })
  }
  return grown
}

async function toldApartIn(opening: Promise<World>): Promise<number> {
  await using world = await opening
  return await toldApart(world) // before the world is disposed of
}

/** As it is printed. */
export function tableOf(grown: readonly Grown[]): string {
  const rows = grown.flatMap(({ size, codes, classes }) => [
    row([`${size} systems`, 'codes', codes.business, codes.error, codes.toldApart]),
    row(['', 'classes', classes.business, classes.error, classes.toldApart]),
  ])
  return [row(['', '', 'business lines', 'error lines', 'told apart']), ...rows].join('\n')
}

function row([size, way, ...numbers]: readonly (string | number)[]): string {
  const first = String(size).padEnd(15) + String(way).padEnd(9)
  return first + numbers.map((cell, at) => String(cell).padStart(at === 0 ? 14 : 13)).join('')
}
