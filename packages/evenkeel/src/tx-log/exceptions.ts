import { BadClientRequestException } from '../exceptions/client-exceptions.ts'
import { DependencyException } from '../exceptions/dependency-exceptions.ts'
import { InternalException } from '../exceptions/internal-exception.ts'
import type { TxId } from '../filters/tx-id.ts'

/** The log could not be written. Requests go on; the rows are lost and counted as shed. */
export class TxLogWriteException extends DependencyException<{ lostRows: number }> {
  constructor(folder: string, lostRows: number, cause: unknown) {
    super(
      `The transaction log in ${folder} can not be written: ${lostRows} transactions are missing from it. ` +
        'Look at the cause: is the disk full, or the folder not ours?',
      { cause, data: { lostRows } },
    )
  }
}

/** The disk has no room for the log. Requests go on; the rows are lost and counted as shed, until there is room again. */
export class TxLogDiskFullException extends DependencyException<{ lostRows: number }> {
  constructor(folder: string, lostRows: number, cause: unknown) {
    super(
      `The disk has no room for the transaction log in ${folder}: ${lostRows} transactions are missing from it. ` +
        'Make room: the log goes on by itself. A smaller `bytesMax` keeps it from taking so much.',
      { cause, data: { lostRows } },
    )
  }
}

/** The log had grown beyond its bytes: its oldest rows were removed before their retention was over. */
export class TxLogOverBytesException extends DependencyException<{ files: number; bytesMax: number }> {
  constructor(folder: string, { files, bytesMax }: { files: number; bytesMax: number }) {
    super(
      `The transaction log in ${folder} had more than its ${bytesMax} bytes: its ${files} oldest files were removed ` +
        'before their retention was over. Raise `bytesMax`, or keep less for less long.',
      { data: { files, bytesMax } },
    )
  }
}

/** A text was looked for among more transactions than can be read at once. The caller narrows the question. */
export class TextSearchTooWideException extends BadClientRequestException<{ rowsMax: number }> {
  constructor(rowsMax: number) {
    super(
      `A text is looked for in ${rowsMax} transactions at most, and there are more. ` +
        'Narrow them by time, operation, class or principal.',
      { data: { rowsMax } },
    )
  }
}

/** The log could not be read. */
export class TxLogReadException extends DependencyException {
  constructor(folder: string, cause: unknown) {
    super(`The transaction log in ${folder} can not be read. Look at the cause, then ask again.`, { cause })
  }
}

/** A principal's rows could not all be erased. */
export class TxLogEraseException extends DependencyException {
  constructor(folder: string, cause: unknown) {
    super(
      `Not all rows of the principal could be erased from the transaction log in ${folder}. ` +
        'Look at the cause, then order it again: what is erased already does no harm.',
      { cause },
    )
  }
}

/** Files older than the retention could not be removed: they stay, and are tried again. */
export class TxLogRetentionException extends DependencyException {
  constructor(folder: string, cause: unknown) {
    super(
      `The transaction log in ${folder} can not remove what is older than its retention. It tries again tomorrow; ` +
        'look at the cause, or remove the old files by hand.',
      { cause },
    )
  }
}

/** One of the log's files was damaged. It was set aside, the others are served. */
export class TxLogDamagedException extends DependencyException<{ setAsideAs: string }> {
  constructor(setAsideAs: string, cause: unknown) {
    super(
      `A file of the transaction log was damaged and has been set aside as ${setAsideAs}. ` +
        'What it held is not shown any more; `sqlite3 .recover` may get at it. The other files are not affected.',
      { cause, data: { setAsideAs } },
    )
  }
}

/** The log was asked after it had been closed. */
export class TxLogClosedException extends DependencyException {
  constructor() {
    super('The transaction log is closed: this process is stopping. Ask again when it has started anew.')
  }
}

/** A transaction holds something that a log can not keep. A bug where its row is made. */
export class UnloggableTxException extends InternalException<{ txId: string }> {
  constructor(txId: TxId, cause: unknown) {
    super(`Transaction ${txId} is missing from the log: it holds something that JSON can not carry.`, {
      cause,
      data: { txId },
    })
  }
}
