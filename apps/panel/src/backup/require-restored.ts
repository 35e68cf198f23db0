import { existsSync } from 'node:fs'
import type { DataDir } from '../data-dir.ts'
import { StartRefusedException } from '../start-refused.ts'
import { unfinishedRestoreIn } from './kept-files.ts'

/** A restore into the folder was broken off: what is there is not whole. */
export class RestoreUnfinishedException extends StartRefusedException {
  constructor(path: string) {
    super(
      `A backup was being restored into ${path}, and that was broken off. Run npm run restore again; it begins anew.`,
    )
  }
}

/** @throws {RestoreUnfinishedException} */
export function requireRestored({ path }: DataDir): void {
  if (existsSync(unfinishedRestoreIn(path))) throw new RestoreUnfinishedException(path)
}
