import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiReport, reportFile } from './api-report.ts'
import { build } from './build.ts'
import { importedPackages } from './imported-packages.ts'
import { readManifest } from './package-folder.ts'

/** On a machine that is busy with other tests. */
const compilingMsMax = 60_000

describe('the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-package-'))
  const dist = join(folder, 'dist')
  beforeAll(() => build(dist), compilingMsMax)
  afterAll(() => rmSync(folder, { recursive: true }))

  it('exports what the workspace does', () => {
    const { exports, private: isPrivate } = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'))

    expect(Object.keys(exports)).toEqual([...Object.keys(readManifest().exports), './package.json'])
    expect(isPrivate).toBeUndefined()
  })

  it('has the public surface that was accepted: `npm run api -w evenkeel` accepts another', () => {
    expect(apiReport(dist)).toBe(readFileSync(reportFile, 'utf8'))
  })

  it('names every package that it imports, so that npm says which of them is missing or too old', () => {
    const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(dist, 'package.json'), 'utf8'))

    expect(importedPackages(dist).toSorted()).toEqual(
      Object.keys({ ...dependencies, ...peerDependencies }).toSorted(),
    )
  })

  it('is what publint asks of a package', async () => {
    const { messages, pkg } = await publint({ pkgDir: dist, strict: true })

    expect(messages.map(message => formatMessage(message, pkg))).toEqual([])
  })

  it('has types that every kind of resolution of ESM finds', () => {
    const attw = fileURLToPath(new URL('../../../node_modules/.bin/attw', import.meta.url))

    const options = ['--pack', dist, '--profile', 'esm-only', '--no-color', '--no-emoji']
    const { status, stdout } = spawnSync(process.execPath, [attw, ...options], { encoding: 'utf8' })

    expect(status, stdout).toBe(0)
  })
})
