import { ServiceUnavailableException, ValidDiscardingRequestException } from 'evenkeel'

/** The phone is off or out of reach. */
export class PhoneOfflineException extends ServiceUnavailableException<{ user: string }> {
  constructor(user: string) {
    super(`The phone of ${user} is off, or out of reach. Try again when it is back.`, { data: { user } })
  }
}

/** The owner of the phone wants no sound: nothing is wrong, and nothing was done. */
export class PhoneMutedException extends ValidDiscardingRequestException<{ user: string }> {
  constructor(user: string) {
    super(`${user} has muted the phone.`, { data: { user } })
  }
}

/** The tablet is off or out of reach. */
export class TabletOfflineException extends ServiceUnavailableException<{ user: string }> {
  constructor(user: string) {
    super(`The tablet of ${user} is off, or out of reach. Try again when it is back.`, { data: { user } })
  }
}

/** The mailbox takes nothing more until its owner has made room. */
export class MailboxFullException extends ServiceUnavailableException<{ user: string }> {
  constructor(user: string) {
    super(`The mailbox of ${user} is full. Try again when there is room.`, { data: { user } })
  }
}
