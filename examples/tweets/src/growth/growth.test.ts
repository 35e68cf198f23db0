import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Grown, measureGrowth, tableOf } from './growth.ts'
import { sizes } from './lines.ts'
import { worldOfClasses, worldOfCodes } from './world.ts'

describe('the search with codes and the search with classes', () => {
  it.each(sizes)('answer the same for %s systems while nothing fails', async size => {
    await using codes = await worldOfCodes(size)
    await using classes = await worldOfClasses(size)
    const answer = await classes.search('tea')

    expect(answer.status).toBe(200)
    expect(answer.body).toHaveLength(3)
    expect((await codes.search('tea')).body).toEqual(answer.body)
  })
})

describe('their growth', () => {
  let grown: Grown[]
  beforeAll(async () => {
    grown = await measureGrowth()
  })

  it('is told in the README as it is measured', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

    expect(readme).toContain(tableOf(grown))
  })

  it('leaves both able to tell the same situations apart: what differs is what it takes', () => {
    expect(grown.map(({ codes }) => codes.toldApart)).toEqual(grown.map(({ classes }) => classes.toldApart))
  })

  it('is that of the error lines with codes, and next to none with classes', () => {
    const shareOf = ({ business, error }: Grown['codes']): number => error / business

    expect(grown.map(({ codes }) => shareOf(codes) >= 1)).toEqual([true, true, true])
    expect(grown.map(({ classes }) => shareOf(classes) < 0.1)).toEqual([true, true, true])
  })
})
