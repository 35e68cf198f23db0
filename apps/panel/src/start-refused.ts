import { BadClientRequestException } from 'evenkeel'

/**
 * The program can't start like this: whoever starts it must change something first. Its message is one
 * line for a terminal; the program prints that and ends.
 */
export class StartRefusedException extends BadClientRequestException {
  // No request ends with it, and it occurs once: what it costs is of no interest, where it was thrown may be.
  static override readonly hasStack = true
}
