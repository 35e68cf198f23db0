import { ValidationException } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeParameter } from './time-parameter.ts'

const read = (start: unknown) => timeParameter({ start }, 'start')

describe('a time in a query', () => {
  it.each([
    ['2026-11-22T01:20:41.285018Z', '2026-11-22T01:20:41.285018Z'],
    ['2026-11-22T01:20:41Z', '2026-11-22T01:20:41.000000Z'],
    ['2026-11-22t01:20:41z', '2026-11-22T01:20:41.000000Z'],
    ['2026-11-22T01:20:41.2850189999Z', '2026-11-22T01:20:41.285018Z'],
    ['2026-11-22T01:20:41,5Z', '2026-11-22T01:20:41.500000Z'],
    ['2026-11-22T01:20:41+01:00', '2026-11-22T00:20:41.000000Z'],
    ['2026-11-22T01:20:41 01:00', '2026-11-22T00:20:41.000000Z'],
    ['2026-11-22T01:20:41-0230', '2026-11-22T03:50:41.000000Z'],
    ['2026-11-22T01:20:41+01', '2026-11-22T00:20:41.000000Z'],
    ['2026-11-22 01:20:41', '2026-11-22T01:20:41.000000Z'],
    ['2026-11-22T01:20Z', '2026-11-22T01:20:00.000000Z'],
    ['2026-11-22', '2026-11-22T00:00:00.000000Z'],
    [' 2026-11-22 ', '2026-11-22T00:00:00.000000Z'],
    ['2026-11-22T24:00:00Z', '2026-11-23T00:00:00.000000Z'],
    ['2026-12-31T23:59:60Z', '2027-01-01T00:00:00.000000Z'],
  ])('%s is %s', (text, time) => {
    expect(read(text)).toBe(time)
  })

  it.each([undefined, ''])('may be left out: %s', text => {
    expect(read(text)).toBeUndefined()
  })

  it.each([
    'yesterday',
    '2026',
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '2026-11-22T25:00:00Z',
    '2026-11-22T01:60:00Z',
    '2026-11-22T01:20:41+24:00',
    '9999-12-31T23:59:59-01:00',
    '0000-01-01T00:00:00+01:00',
    '1795333978663',
    ['2026-11-22', '2026-11-23'],
    { a: '2026-11-22' },
  ])('%j is refused, and its field is named', text => {
    expect(() => read(text)).toThrow(ValidationException)
    expect(() => read(text)).toThrow('start')
  })

  it('is the same moment in every zone, and sorts as the records do', () => {
    const time = fc.integer({ min: Date.parse('1000-01-02'), max: Date.parse('9999-12-30') })
    fc.assert(
      fc.property(time, time, fc.integer({ min: -23 * 60, max: 23 * 60 }), (one, other, zone) => {
        const local = new Date(one + zone * 60_000).toISOString().slice(0, -1)
        const size = Math.abs(zone)
        const [hours, minutes] = [Math.floor(size / 60), size % 60].map(part => String(part).padStart(2, '0'))
        const read = parsed(`${local}${zone < 0 ? '-' : '+'}${hours}:${minutes}`)

        expect(Date.parse(read)).toBe(one)
        expect(read < parsed(new Date(other).toISOString())).toBe(one < other)
      }),
    )
  })

  it('never makes anything but a time of whatever stands there', () => {
    fc.assert(
      fc.property(fc.anything(), anything => {
        try {
          const time = timeParameter({ start: anything }, 'start')
          expect(time === undefined || !Number.isNaN(Date.parse(time))).toBe(true)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ValidationException)
        }
      }),
    )
  })
})

function parsed(text: string): string {
  return read(text) ?? 'not given'
}
