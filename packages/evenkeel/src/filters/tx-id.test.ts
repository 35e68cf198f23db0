import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newTxId, parseTxId, type TxId, txIdTimeMs, txIdTimePart } from './tx-id.ts'

describe('newTxId', () => {
  it('sorts strictly after every id that was made before, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 50 }), steps => {
        let nowMs = Date.now()
        let last = newTxId(nowMs)
        for (const step of steps) {
          nowMs += step
          const id = newTxId(nowMs)
          expect(id > last).toBe(true)
          last = id
        }
      }),
    )
  })

  it('stays unique and sorted through many ids of one millisecond', () => {
    const nowMs = Date.now()
    const ids = Array.from({ length: 5000 }, () => newTxId(nowMs))

    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toEqual(ids)
  })

  it('tells when it was made', () => {
    const nowMs = Date.now() + 60_000.75

    expect(txIdTimeMs(newTxId(nowMs))).toBe(Math.floor(nowMs))
  })

  it('is an id by its own rule', () => {
    const id = newTxId()

    expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(parseTxId(id)).toBe(id)
  })
})

describe('parseTxId', () => {
  it.each([
    '',
    'nonsense',
    '01KADVZ8Q3V5B6W8Y2N4M6P0R', // too short
    '01KADVZ8Q3V5B6W8Y2N4M6P0RST', // too long
    '01KADVZ8Q3V5B6W8Y2N4M6P0RI', // a letter that is misread
    '01kadvz8q3v5b6w8y2n4m6p0rs', // small letters
    '81KADVZ8Q3V5B6W8Y2N4M6P0RS', // beyond 48 bits of milliseconds
    '01KADVZ8Q3V5B6W8Y2N4M6P0RS\n',
  ])('refuses %j', text => {
    expect(parseTxId(text)).toBeUndefined()
  })

  it('takes nothing but what it gives back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), text => {
        expect([undefined, text]).toContain(parseTxId(text))
      }),
    )
  })
})

describe('txIdTimePart', () => {
  it('is the beginning of the ids of its millisecond, and sorts like time', () => {
    const timeMs = fc.integer({ min: 0, max: 2 ** 48 - 1 })
    fc.assert(
      fc.property(timeMs, timeMs, (left, right) => {
        const id = parseTxId(`${txIdTimePart(left)}0123456789ABCDEF`) as TxId

        expect(txIdTimeMs(id)).toBe(left)
        expect(txIdTimePart(left) < txIdTimePart(right)).toBe(left < right)
      }),
    )
  })
})
