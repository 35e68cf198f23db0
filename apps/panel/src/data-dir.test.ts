import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimDataDir, DataDirInUseException, DataDirUnusableException } from './data-dir.ts'

describe('claimDataDir', () => {
  let parent: string
  let folder: string
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'evenkeel-data-'))
    folder = join(parent, 'deep', 'data')
  })
  afterEach(() => rm(parent, { recursive: true }))

  it("makes the folder for its owner's eyes only", async () => {
    const dataDir = claimDataDir(folder)
    dataDir.release()

    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    expect(dataDir.file('panel.db')).toBe(join(folder, 'panel.db'))
  })

  it('closes a folder that others could look into', async () => {
    await mkdir(folder, { recursive: true, mode: 0o755 })
    claimDataDir(folder).release()

    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  it('refuses a second claim, naming the folder and what to do, until it is released', () => {
    const dataDir = claimDataDir(folder)

    expect(() => claimDataDir(folder)).toThrow(DataDirInUseException)
    expect(() => claimDataDir(folder)).toThrow(`${folder} is in use by another process. Stop that one first`)

    dataDir.release()
    claimDataDir(folder).release()
  })

  it('is refused while another process has it, and free once that was killed', async () => {
    const program = `
      import { claimDataDir } from ${JSON.stringify(new URL('./data-dir.ts', import.meta.url).href)}
      const claimed = claimDataDir(${JSON.stringify(folder)})
      console.log('claimed')
      setInterval(() => claimed, 1000) // which would be given up with the garbage otherwise`
    const other = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(other.stdout, 'data')
    expect(() => claimDataDir(folder)).toThrow(DataDirInUseException)

    other.kill('SIGKILL')
    await once(other, 'exit')
    claimDataDir(folder).release()
  })

  it('refuses a path that is a file, with a sentence that names it', async () => {
    await writeFile(join(parent, 'file'), 'not a folder')

    expect(() => claimDataDir(join(parent, 'file'))).toThrow(DataDirUnusableException)
    expect(() => claimDataDir(join(parent, 'file'))).toThrow(
      `${join(parent, 'file')} can't be used to keep data`,
    )
  })
})
