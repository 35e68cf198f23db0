import { readFileSync } from 'node:fs'
import { referenceMarkdown } from 'evenkeel/reference'
import { expect, it } from 'vitest'
import { panelReference } from './exceptions.reference.ts'

it('is what docs/reference/panel-exceptions.md says: `npm run reference` writes it', () => {
  const file = new URL('../../../docs/reference/panel-exceptions.md', import.meta.url)

  expect(readFileSync(file, 'utf8')).toBe(referenceMarkdown(panelReference))
})
