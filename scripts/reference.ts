// Writes the reference pages that the repository keeps, out of the services' own exceptions.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { referenceMarkdown } from 'evenkeel/reference'
import { panelReference } from '../apps/panel/src/exceptions.reference.ts'
import { workspace } from './setup/workspace.mjs'

const folder = join(workspace, 'docs/reference')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'panel-exceptions.md'), referenceMarkdown(panelReference))
console.log('Wrote docs/reference/panel-exceptions.md.')
