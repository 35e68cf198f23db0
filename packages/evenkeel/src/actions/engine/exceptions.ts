import { DependencyException, InternalException } from '../../exceptions/index.ts'
import { JournalMismatchException } from '../exceptions.ts'

/** The journal's file is not what was written. The engine does not start, nothing is overwritten, and nothing is guessed. */
export class JournalDamagedException extends JournalMismatchException {
  constructor(path: string, reason: string) {
    super(
      `The actions' journal ${path} is damaged: ${reason}. Restore it from a backup, together with the database that belongs to it; or keep a copy and let sqlite3's ".recover" bring over what can still be read.`,
    )
  }
}

/** One action's history can't be read. The others go on; its locks stay held, so that nobody works on what it may have left. */
export class JournalHistoryUnreadableException extends InternalException<{
  action: string
  actionId: string
  reason: string
}> {
  constructor(action: string, actionId: string, reason: string) {
    super(
      `The history of ${action} ${actionId} can not be read: ${reason}. The others go on. Look up what it made by its id in the outside systems; what there is of the history is in the journal's table set_aside.`,
      { data: { action, actionId, reason } },
    )
  }
}

/** The journal can't be read now, though its file isn't damaged. */
export class JournalReadException extends DependencyException<{ path: string }> {
  constructor(path: string, reason: string) {
    super(`The actions' journal ${path} can not be read: ${reason}. Mend the disk and ask again.`, {
      data: { path },
    })
  }
}
