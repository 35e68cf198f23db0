import { type ExceptionOptions, NotFoundException } from 'evenkeel'

/** Nobody goes by this name. */
export class UserNotFoundException extends NotFoundException<{ user: string }> {
  constructor(user: string, options?: ExceptionOptions) {
    super(`Nobody here goes by the name of ${user}.`, { ...options, data: { user } })
  }
}
