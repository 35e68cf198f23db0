import { mkdtempDisposableSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ScratchFolderOptions, scratchFolder } from './scratch-folder.ts'

describe('the folder for what tests write', () => {
  let stack: DisposableStack
  let inMemory: string
  beforeEach(() => {
    stack = new DisposableStack()
    inMemory = stack.use(mkdtempDisposableSync(join(tmpdir(), 'in-memory-'))).path
  })
  afterEach(() => stack.dispose())

  const parentOf = (options: ScratchFolderOptions) =>
    dirname(stack.adopt(scratchFolder(options), path => rmSync(path, { recursive: true })))

  it('is in memory', () => {
    expect(parentOf({ inMemory, environment: {}, neededBytes: 1 })).toBe(inMemory)
  })

  it.each<[string, ScratchFolderOptions]>([
    ['has no room for it', { neededBytes: Number.MAX_SAFE_INTEGER }],
    ['can’t be written to as files', { inMemory: '/absent', neededBytes: 1 }],
    ['was not chosen', { environment: { TMPDIR: '/elsewhere' }, neededBytes: 1 }],
  ])('is where temporary files are when memory %s', (_, options) => {
    expect(parentOf({ inMemory, environment: {}, ...options })).toBe(tmpdir())
  })
})
