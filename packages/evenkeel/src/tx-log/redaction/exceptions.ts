import { InternalException } from '../../exceptions/internal-exception.ts'

/** A log declares a field whose name says that it holds a secret. A bug where the log is declared. */
export class SecretFieldException extends InternalException<{ field: string }> {
  constructor(field: string) {
    super(
      `The field ${JSON.stringify(field)} can not be logged: its name says that it is a secret. ` +
        'Leave it out; or, if it holds none, give it a name that says what it holds.',
      { data: { field } },
    )
  }
}
