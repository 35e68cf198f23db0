import { DependencyException } from '../exceptions/dependency-exceptions.ts'

/** Seconds of the statistics could not be written. Requests go on, and counting in memory too. */
export class SeriesWriteException extends DependencyException<{ lostSeconds: number }> {
  constructor(path: string, lostSeconds: number, cause: unknown) {
    super(
      `The statistics in ${path} can not be written: the newest are kept in memory and tried again, and ` +
        `${lostSeconds} seconds are lost so far. Look at the cause: is the disk full, or the folder not ours?`,
      { cause, data: { lostSeconds } },
    )
  }
}

/** The kept statistics could not be read. */
export class SeriesReadException extends DependencyException {
  constructor(path: string, cause: unknown) {
    super(`The statistics in ${path} can not be read. Look at the cause, then ask again.`, { cause })
  }
}

/** The file of the statistics was damaged. It was set aside, and a new one begun. */
export class SeriesDamagedException extends DependencyException<{ setAsideAs: string }> {
  constructor(setAsideAs: string, cause: unknown) {
    super(
      `The file of the statistics was damaged and has been set aside as ${setAsideAs}. Counting goes on in a new one; ` +
        '`sqlite3 .recover` may get at what the old one held.',
      { cause, data: { setAsideAs } },
    )
  }
}

/** The kept statistics were asked after they had been closed. */
export class SeriesClosedException extends DependencyException {
  constructor() {
    super('The statistics are closed: this process is stopping. Ask again when it has started anew.')
  }
}
