import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FreshApp } from '../../packages/evenkeel/build/fresh-app.ts'
import { workspace } from '../setup/workspace.mjs'
import { readerSteps } from './code-blocks.ts'
import { follow } from './reader.ts'

const guide = join(workspace, 'docs/guide')
const pages = readdirSync(guide)
  .filter(name => /^\d.*\.md$/.test(name))
  .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))

describe('somebody with an empty folder and the packed library, who follows the guide and nothing else', () => {
  let app: FreshApp
  beforeAll(() => {
    app = new FreshApp()
    app.install('fastify@5', 'zod@4', 'typescript@7', '@types/node@24')
  })
  afterAll(() => app[Symbol.dispose]())

  it.each(pages)('sees what %s says', async page => {
    const steps = readerSteps(readFileSync(join(guide, page), 'utf8'))
    for (const step of steps) await follow(step, app.folder)

    expect(steps.map(({ kind }) => kind)).toContain('run')
  })

  it('has written files whose types are right', () => {
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
    const files = readdirSync(app.folder).filter(name => name.endsWith('.ts'))

    expect(files.length).toBeGreaterThan(20)
    expect(app.run('npx', 'tsc', ...options, '--allowImportingTsExtensions', ...files)).toBe('')
  })
})
