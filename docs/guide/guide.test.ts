import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { readerSteps } from '../../scripts/docs/code-blocks.ts'
import { Reader } from '../../scripts/docs/reader.ts'

const pages = readdirSync(import.meta.dirname)
  .filter(name => /^\d.*\.md$/.test(name))
  .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))

// Each block that is run starts a Node of its own.
describe('a reader who follows the guide page by page', { timeout: 120_000 }, () => {
  const reader = new Reader()
  afterAll(() => reader[Symbol.dispose]())

  it.each(pages)('sees what %s says', async page => {
    reader.begin(page)
    const steps = readerSteps(readFileSync(new URL(page, import.meta.url), 'utf8'))
    for (const step of steps) await reader.follow(step)

    expect(steps.map(({ kind }) => kind)).toContain('run')
  })

  it('has written files whose types are right', async () => {
    expect(await reader.typeErrors()).toBe('')
  })
})
