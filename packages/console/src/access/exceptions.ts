import { AuthenticationException } from 'evenkeel'

/** The console's data was asked for without an operator's token and without an open session. */
export class NotAnOperatorException extends AuthenticationException {
  constructor() {
    super(
      'This is for operators only: sign in to the console, or send an operator token as `Authorization: Bearer …`.',
    )
  }
}

/** Someone tried to sign in to the console with a token that isn't an operator's. */
export class WrongOperatorTokenException extends AuthenticationException {
  constructor() {
    super('This is not the token of an operator. Check that it is complete, or make a new one on the server.')
  }
}
