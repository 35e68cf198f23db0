import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeBlocks, isPrinted, readerSteps } from './code-blocks.ts'

const page = `# Title
\`\`\`ts
// one.ts
console.log(1)
\`\`\`
Text with \`\`\`ts in it.
\`\`\`console
$ node one.ts
1
\`\`\`
\`\`\`sh
npm install
\`\`\`
`

describe('a page', () => {
  it('has its fenced blocks, with where they are', () => {
    expect(codeBlocks(page).map(({ language, line }) => [language, line])).toEqual([
      ['ts', 3],
      ['console', 8],
      ['sh', 12],
    ])
  })

  it('tells its reader to write files and to run them', () => {
    expect(readerSteps(page)).toEqual([
      { kind: 'write', file: 'one.ts', text: '// one.ts\nconsole.log(1)\n', line: 3 },
      { kind: 'run', file: 'one.ts', prints: '1\n', line: 8 },
    ])
  })

  it.each([
    ['ts', 'const nameless = 1', 'does not name its file'],
    ['ts', '// ../outside.ts', 'does not name its file'],
    ['console', '1', 'does not say what is run'],
  ])('is refused for a block of %s that nobody would run: %s', (language, text, reason) => {
    expect(() => readerSteps(`\`\`\`${language}\n${text}\n\`\`\`\n`)).toThrow(`Line 2: the block ${reason}`)
  })
})

describe('what is printed', () => {
  it('is compared as it is, but for what the page leaves out', () => {
    expect(isPrinted('id 01M…XZ (… ms)\ndone\n', 'id 01M80PXZ (12 ms)\ndone\n')).toBe(true)
    expect(isPrinted('id …\ndone', 'id 7\nmore\ndone')).toBe(false)
    expect(isPrinted('a.c', 'abc')).toBe(false)
  })

  it('is any text that is written down as it was', () => {
    fc.assert(fc.property(fc.string(), text => isPrinted(text, text)))
  })
})
