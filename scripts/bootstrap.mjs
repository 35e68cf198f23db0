import { join } from 'node:path'
import { consolePages } from './setup/console-pages.mjs'
import { dependencies } from './setup/dependencies.mjs'
import { withFolderLock } from './setup/folder-lock.mjs'
import { SetupFailure, say, workspace } from './setup/workspace.mjs'

/**
 * Makes sure that what a command needs is there: the dependencies, Node 24 among them, and the console's
 * pages. Where it is, this costs some milliseconds; where something can't be had, it says so and ends the
 * process with 1.
 *
 * This and what it imports is plain JavaScript with no import from outside, because it runs on the
 * machine's own Node (20 or newer) before anything is installed.
 */
export async function bootstrap() {
  try {
    for (const part of [dependencies, consolePages]) await makeReady(part)
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error
    say(error.message)
    process.exit(1)
  }
}

/** @param {{ isReady(): boolean, make(): Promise<void> }} part */
async function makeReady(part) {
  if (part.isReady()) return
  const onWait = (/** @type {number} */ pid) =>
    say(`Waiting for process ${pid}, which is setting up this folder …`)
  await withFolderLock(
    join(workspace, '.setup-lock'),
    async () => {
      // Whoever held the lock before may have made it.
      if (!part.isReady()) await part.make()
    },
    { onWait },
  )
}
