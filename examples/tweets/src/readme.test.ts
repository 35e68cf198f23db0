import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { codeBlocks } from '../../../scripts/docs/code-blocks.ts'

const contentOf = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8')

it('the README quotes the search as it is', () => {
  const [quoted] = codeBlocks(contentOf('../README.md')).filter(({ language }) => language === 'ts')

  expect(quoted?.text).toContain('failOpen')
  expect(contentOf('./growth/classes/five-systems.ts')).toContain(quoted?.text)
})
