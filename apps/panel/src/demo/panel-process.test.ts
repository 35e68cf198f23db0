import { mkdtempDisposableSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PanelEndedException, PanelProcess } from './panel-process.ts'

afterEach(() => vi.unstubAllEnvs())

describe('a panel that can not start', () => {
  it('leaves nothing behind', async () => {
    using parent = mkdtempDisposableSync(join(tmpdir(), 'evenkeel-parent-'))
    vi.stubEnv('TMPDIR', parent.path)

    await expect(PanelProcess.start({ PORT: 'none' })).rejects.toThrow(PanelEndedException)

    expect(readdirSync(parent.path)).toEqual([])
  })
})
