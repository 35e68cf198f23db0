import { AuthenticationException, AuthorizationException } from 'evenkeel'

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

/** A page from elsewhere had an operator's browser send something to the console, with the session that is open in it. */
export class ForeignPageException extends AuthorizationException<{ origin: string }> {
  constructor(origin: string) {
    super(
      "This was sent by a page that is not the console's. Open the console itself; programs send an operator token as `Authorization: Bearer …`.",
      { data: { origin } },
    )
  }
}
