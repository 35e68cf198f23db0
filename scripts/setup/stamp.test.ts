import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Stamp } from './stamp.mjs'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('Stamp', () => {
  it('matches what was written last', () => {
    const stamp = new Stamp(join(folder, 'made-from'))
    stamp.write('old')
    stamp.write('new')

    expect([stamp.matches('new'), stamp.matches('old')]).toEqual([true, false])
  })

  it('matches nothing, not even an empty fingerprint, where the stamped thing is missing altogether', () => {
    expect(new Stamp(join(folder, 'absent/made-from')).matches('')).toBe(false)
  })
})
