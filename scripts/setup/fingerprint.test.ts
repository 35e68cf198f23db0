import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprint } from './fingerprint.mjs'

let base: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'fingerprint-'))
})
afterEach(() => rmSync(base, { recursive: true }))

describe('fingerprint', () => {
  it('is the same for the same files, whenever they were written', () => {
    write({ 'web/a.ts': 'a', 'web/deep/b.ts': 'b' })
    const before = fingerprint(base, ['web'])

    utimesSync(join(base, 'web/a.ts'), 1, 1)

    expect(fingerprint(base, ['web'])).toBe(before)
  })

  it('does not depend on the order in which paths are named', () => {
    write({ 'a.ts': 'a', 'b.ts': 'b' })

    expect(fingerprint(base, ['b.ts', 'a.ts'])).toBe(fingerprint(base, ['a.ts', 'b.ts']))
  })

  it.each([
    ['a content', { 'web/a.ts': 'changed', 'web/b.ts': 'b' }],
    ['a name', { 'web/renamed.ts': 'a', 'web/b.ts': 'b' }],
    ['what is in which file', { 'web/a.ts': 'b', 'web/b.ts': 'a' }],
    ['the number of files', { 'web/a.ts': 'a', 'web/b.ts': 'b', 'web/c.ts': '' }],
    ['a folder', { 'web/a.ts': 'a', 'web/b/b.ts': 'b' }],
  ])('changes with %s', (_, files) => {
    write({ 'web/a.ts': 'a', 'web/b.ts': 'b' })
    const before = fingerprint(base, ['web'])

    write(files)

    expect(fingerprint(base, ['web'])).not.toBe(before)
  })

  it('tells any two different sets of files apart', () => {
    const files = fc.dictionary(
      fc.constantFrom('a', 'ab', 'b', '1', '1 1'),
      fc.constantFrom('', 'a', 'b', '1 1 a'),
      { minKeys: 1 },
    )
    fc.assert(
      fc.property(files, files, (some, others) => {
        const isSame = JSON.stringify(sorted(some)) === JSON.stringify(sorted(others))

        expect(fingerprintOf(some) === fingerprintOf(others)).toBe(isSame)
      }),
    )
  })

  it('fails for a path that does not exist, instead of counting it as empty', () => {
    expect(() => fingerprint(base, ['absent'])).toThrow('ENOENT')
  })
})

function fingerprintOf(files: Record<string, string>): string {
  write(Object.fromEntries(Object.entries(files).map(([name, content]) => [`web/${name}`, content])))
  return fingerprint(base, ['web'])
}

/** Replaces all that is in the base folder. */
function write(files: Record<string, string>): void {
  rmSync(base, { recursive: true })
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true })
    writeFileSync(join(base, path), content)
  }
}

function sorted(files: Record<string, string>): [string, string][] {
  return Object.entries(files).sort()
}
