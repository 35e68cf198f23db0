import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type DebianProgram, offer, provide } from './debian-program.ts'
import { none } from './totals.ts'

let folder: string
let program: DebianProgram
let said: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'debian-program-'))
  program = {
    name: 'Gauge',
    path: join(folder, 'gauge'),
    package: 'gauge-tools',
    variable: 'GAUGE_PATH',
    neededBy: 'The tests of pressure',
  }
  said = []
  vi.spyOn(console, 'log').mockImplementation(text => said.push(text))
  vi.spyOn(console, 'error').mockImplementation(text => said.push(text))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

/** What apt-get does: notes what it was asked for, and puts the program where it belongs. */
function aptGet({ fails = false } = {}) {
  const asked: string[] = []
  const run = async (command: string, args: readonly string[]) => {
    asked.push([command, ...args].join(' '))
    if (fails) return 100
    if (args.includes('install')) putProgram(program.path)
    return 0
  }
  return { asked, run }
}

function putProgram(path: string): void {
  writeFileSync(path, '')
  chmodSync(path, 0o755)
}

const needed = 'Install it (on Debian: sudo apt-get install gauge-tools), or set GAUGE_PATH to the program.'

describe('a program that tests need', () => {
  it('is used where it is', async () => {
    const { asked, run } = aptGet()
    putProgram(program.path)

    const { exitCode } = await provide(program, { environment: {}, isRoot: true, run })

    expect(exitCode).toBe(0)
    expect(asked).toEqual([])
  })

  it('is installed by root where it is missing', async () => {
    const { asked, run } = aptGet()

    const { exitCode } = await provide(program, { environment: {}, isRoot: true, run })

    expect(exitCode).toBe(0)
    expect(asked).toEqual([
      expect.stringMatching(/^apt-get .*update$/),
      expect.stringMatching(/^apt-get .*install .*gauge-tools$/),
    ])
  })

  it('is asked for by a sentence where the user may install nothing', async () => {
    const { asked, run } = aptGet()

    const { exitCode, totals } = await provide(program, { environment: {}, isRoot: false, run })

    expect([exitCode, totals.failed, asked]).toEqual([1, 1, []])
    expect(said).toEqual([
      `The tests of pressure need Gauge, and there is none at ${program.path}. ${needed}`,
    ])
  })

  it('is asked for where it can not be installed', async () => {
    const { run } = aptGet({ fails: true })

    const { exitCode } = await provide(program, { environment: {}, isRoot: true, run })

    expect(exitCode).toBe(1)
    expect(said.at(-1)).toContain(needed)
  })

  it('is never installed beside one that was named', async () => {
    const { asked, run } = aptGet()

    const { exitCode } = await provide(program, {
      environment: { GAUGE_PATH: join(folder, 'mine') },
      isRoot: true,
      run,
    })

    expect([exitCode, asked]).toEqual([1, []])
    expect(said[0]).toContain(join(folder, 'mine'))
  })
})

describe('what a test can do without', () => {
  it('is installed by root where it is missing', async () => {
    const { asked, run } = aptGet()

    const { exitCode } = await offer(program, { isRoot: true, run })

    expect([exitCode, asked.length]).toEqual([0, 2])
    expect(said.at(-1)).toBe(program.path)
  })

  it.each([
    ['the user may install nothing', false],
    ['it can not be installed', true],
  ])('is missed by name where %s, and nothing fails', async (_, isRoot) => {
    const { run } = aptGet({ fails: true })

    const { exitCode, totals } = await offer(
      { ...program, neededBy: 'The test of pressure' },
      { isRoot, run },
    )

    expect([exitCode, totals]).toEqual([0, none])
    expect(said.at(-1)).toBe(
      `The test of pressure is skipped: there is no Gauge at ${program.path}. Install it to have it run (on Debian: sudo apt-get install gauge-tools).`,
    )
  })
})
