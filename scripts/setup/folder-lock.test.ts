import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withFolderLock } from './folder-lock.mjs'

const now = () => 1_000_000
const nobodyIsAlive = { now, isAlive: () => false }

let parent: string
let lock: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'folder-lock-'))
  lock = join(parent, 'lock')
})
afterEach(() => rmSync(parent, { recursive: true }))

describe('withFolderLock', () => {
  it('hands back what the work returns, and leaves nothing behind', async () => {
    expect(await withFolderLock(lock, () => 'made')).toBe('made')

    expect(readdirSync(parent)).toEqual([])
  })

  it('is released when the work fails, and the failure passes through', async () => {
    const failure = new Error('disk full')

    await expect(withFolderLock(lock, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(existsSync(lock)).toBe(false)
  })

  it('lets one in at a time', async () => {
    let inside = 0
    const insideMax: number[] = []
    const work = async () => {
      inside++
      insideMax.push(inside)
      await nextTurn()
      inside--
    }

    await Promise.all(Array.from({ length: 20 }, () => withFolderLock(lock, work, { sleep: nextTurn })))

    expect(insideMax).toEqual(Array(20).fill(1))
  })

  it('waits for a living holder, and says once for whom', async () => {
    heldBy(42, now())
    const waitedFor: number[] = []
    let sleeps = 0

    await withFolderLock(lock, () => {}, {
      now,
      isAlive: () => true,
      onWait: pid => waitedFor.push(pid),
      sleep: async () => {
        if (++sleeps === 3) rmSync(lock, { recursive: true })
      },
    })

    expect({ waitedFor, sleeps }).toEqual({ waitedFor: [42], sleeps: 3 })
  })

  it('is taken over at once from a process that is dead', async () => {
    heldBy(42, now())

    expect(await withFolderLock(lock, () => 'made', { ...nobodyIsAlive, sleep: unexpected })).toBe('made')
  })

  it('is taken over from a living process that did not touch it for half a minute: its id was given out again', async () => {
    heldBy(process.pid, now() - 31_000)

    expect(await withFolderLock(lock, () => 'made', { now, isAlive: () => true, sleep: unexpected })).toBe(
      'made',
    )
  })

  it('lets one in at a time also when many take over a dead holder at once', async () => {
    heldBy(42, now())
    let inside = 0
    const insideMax: number[] = []
    const work = async () => {
      insideMax.push(++inside)
      await nextTurn()
      inside--
    }

    const options = { now, isAlive: (pid: number) => pid === process.pid, sleep: nextTurn }
    await Promise.all(Array.from({ length: 20 }, () => withFolderLock(lock, work, options)))

    expect(insideMax).toEqual(Array(20).fill(1))
  })

  it('takes over an empty folder, which a holder that was killed between two steps of its release has left', async () => {
    mkdirSync(lock)

    expect(await withFolderLock(lock, () => 'made', { sleep: unexpected })).toBe('made')
  })

  it('does not remove the lock of one that took over from it', async () => {
    await withFolderLock(lock, () => {
      rmSync(lock, { recursive: true })
      heldBy(43, now())
    })

    expect(readdirSync(lock)).toEqual(['43-somebody'])
  })
})

function heldBy(pid: number, touchedAtMs: number): void {
  mkdirSync(lock)
  const file = join(lock, `${pid}-somebody`)
  writeFileSync(file, '')
  utimesSync(file, touchedAtMs / 1000, touchedAtMs / 1000)
}

function nextTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}

async function unexpected(): Promise<void> {
  throw new Error('There was nothing to wait for.')
}
