import { randomUUID } from 'node:crypto'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * @typedef {object} FolderLockOptions
 * @property {(pid: number) => void} [onWait] called once, if another process holds the lock
 * @property {() => number} [now] the clock, in milliseconds since 1970; by default `Date.now`
 * @property {(ms: number) => Promise<void>} [sleep] waits between two tries
 * @property {(pid: number) => boolean} [isAlive] whether there is a process with this id
 */

// A holder touches its file this often. One that did not for a long time is stale even if a process with
// its id is alive: after a restart of a container the same ids are given out again.
const touchEveryMs = 1000
const staleAfterMs = 30_000
const tryEveryMs = 100

/**
 * Runs `work` while holding a lock that one process at a time can hold, and waits for it before.
 *
 * The lock is a folder with one file in it, named after its holder. A folder can be renamed onto an empty
 * one but not onto a full one, so whoever's rename succeeds holds the lock. A stale holder's file is removed
 * by its very name: two that take over at once can't remove each other's.
 *
 * @template T
 * @param {string} folder
 * @param {() => T | Promise<T>} work
 * @param {FolderLockOptions} [options]
 * @returns {Promise<T>}
 */
export async function withFolderLock(folder, work, options = {}) {
  const ours = await acquire(folder, options)
  const touching = setInterval(() => touch(ours, options.now ?? Date.now), touchEveryMs).unref()
  try {
    return await work()
  } finally {
    clearInterval(touching)
    release(folder, ours)
  }
}

/**
 * @param {string} folder
 * @param {FolderLockOptions} options
 * @returns {Promise<string>} the path of our file in it
 */
async function acquire(folder, { onWait, now = Date.now, sleep = wait, isAlive = isProcess }) {
  const name = `${process.pid}-${randomUUID()}`
  mkdirSync(dirname(folder), { recursive: true })
  const prepared = mkdtempSync(`${folder}.`)
  writeFileSync(join(prepared, name), '')
  let hasWaited = false
  try {
    for (;;) {
      touch(join(prepared, name), now)
      if (isRenamed(prepared, folder)) return join(folder, name)
      const holder = holderOf(folder)
      if (holder === undefined) continue // it was released just now
      const isStale = !isAlive(holder.pid) || now() - holder.touchedAtMs > staleAfterMs
      if (isStale) {
        rmSync(holder.file, { force: true })
        continue
      }
      if (!hasWaited) onWait?.(holder.pid)
      hasWaited = true
      await sleep(tryEveryMs)
    }
  } finally {
    rmSync(prepared, { recursive: true, force: true })
  }
}

/**
 * @param {string} folder
 * @param {string} ours
 */
function release(folder, ours) {
  rmSync(ours, { force: true })
  try {
    rmdirSync(folder)
  } catch (error) {
    // The next holder was faster.
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function isRenamed(from, to) {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return false
    throw error
  }
}

/** @param {string} folder */
function holderOf(folder) {
  try {
    const [name] = readdirSync(folder)
    if (name === undefined) return undefined
    const file = join(folder, name)
    return { file, pid: Number.parseInt(basename(name), 10), touchedAtMs: statSync(file).mtimeMs }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * @param {string} file
 * @param {() => number} now
 */
function touch(file, now) {
  try {
    utimesSync(file, now() / 1000, now() / 1000)
  } catch (error) {
    // Taken over, since this process was stopped for long: nothing to keep alive any more.
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

/** @param {number} pid */
function isProcess(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM') // it is there, and somebody else's
  }
}

/**
 * @param {unknown} error
 * @param {...string} codes
 */
function hasCode(error, ...codes) {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
