import { BadClientRequestException } from 'evenkeel'

/**
 * The program can't start like this: whoever starts it must change something first. Its message is one
 * line for a terminal; the program prints it and ends, without a stack.
 */
export class StartRefusedException extends BadClientRequestException {}
