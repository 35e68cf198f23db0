import { randomFillSync } from 'node:crypto'

declare const brand: unique symbol

/** The id of a transaction or an action: 26 characters that sort by time of creation. */
export type TxId = string & { readonly [brand]: 'TxId' }

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ' // Crockford's base 32: nothing that is misread aloud
const pattern = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/

const codes = Array.from(alphabet, character => character.charCodeAt(0))

let lastMs = 0
const lastRandom = new Uint8Array(16)
/** The latest id, character by character. */
const lastCodes: number[] = new Array(26).fill(0)

/**
 * A new id in the form of a ULID (https://github.com/ulid/spec): 48 bits of milliseconds, 80 of chance,
 * counted up within a millisecond so that one process's ids sort strictly.
 */
export function newTxId(nowMs: number = Date.now()): TxId {
  let changedCount = lastRandom.length
  if (nowMs >= lastMs + 1) {
    lastMs = Math.floor(nowMs)
    takeRandom(lastRandom)
    const timePart = txIdTimePart(lastMs)
    for (let at = 0; at < 10; at++) lastCodes[at] = timePart.charCodeAt(at)
  } else {
    changedCount = countUp(lastRandom)
  }
  for (let at = lastRandom.length - changedCount; at < lastRandom.length; at++) {
    lastCodes[10 + at] = codes[lastRandom[at] as number] as number
  }
  // In one piece: a text that is glued together costs its first reader, which is the check of a header, more than this.
  return String.fromCharCode(...lastCodes) as TxId
}

/** What every id begins with that was made in this millisecond since 1970: ids sort by it first. */
export function txIdTimePart(timeMs: number): string {
  let text = ''
  for (let ms = Math.floor(timeMs), at = 0; at < 10; at++, ms = Math.floor(ms / 32))
    text = alphabet[ms % 32] + text
  return text
}

/** How much chance is asked for at once: asking costs far more than the bytes do. */
const pool = new Uint8Array(4096)
let poolTaken = pool.length

/** One character of base 32 a byte: five bits of each are used. The first is halved, so that counting up can't overflow. */
function takeRandom(digits: Uint8Array): void {
  if (poolTaken === pool.length) {
    randomFillSync(pool)
    poolTaken = 0
  }
  for (let at = 0; at < digits.length; at++) {
    digits[at] = (pool[poolTaken++] as number) & (at === 0 ? 15 : 31)
  }
}

/** Returns how many of the digits changed. */
function countUp(digits: Uint8Array): number {
  for (let at = digits.length - 1; at >= 0; at--) {
    const digit = (digits[at] as number) + 1
    digits[at] = digit & 31
    if (digit < 32) return digits.length - at
  }
  return digits.length
}

/** The id that `text` is, or undefined if it isn't one. */
export function parseTxId(text: string): TxId | undefined {
  return pattern.test(text) ? (text as TxId) : undefined
}

/** When an id was made, in milliseconds since 1970. */
export function txIdTimeMs(id: TxId): number {
  let ms = 0
  for (const character of id.slice(0, 10)) ms = ms * 32 + alphabet.indexOf(character)
  return ms
}
