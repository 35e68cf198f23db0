import { describe, expect, it } from 'vitest'
import { bytes, points, pointsOfChange } from './figures.ts'

describe('points', () => {
  it.each([
    [0.256, '25.6'],
    [0.0256, '2.56'],
    [0.0004, '0.040'],
    [0.000_001, '< 0.01'],
    [0.1 + 0.2 - 0.3, '0'],
  ])('says %d of the success rate as "%s"', (part, words) => {
    expect(points(part)).toBe(words)
  })

  it.each([
    [0.0256, '+2.56'],
    [-0.0256, '−2.56'],
    [0, '0'],
  ])('says a change of %d as "%s"', (part, words) => {
    expect(pointsOfChange(part)).toBe(words)
  })
})

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [812, '812 B'],
    [4096, '4.1 KB'],
    [1_250_000_000, '1.3 GB'],
    [2e15, '2000.0 TB'],
  ])('says %d as "%s"', (count, words) => {
    expect(bytes(count)).toBe(words)
  })
})
