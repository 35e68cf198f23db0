import { NotFoundException } from 'evenkeel'

/** The past was asked for, on a server that keeps no statistics of it. */
export class NoPastStatisticsException extends NotFoundException {
  constructor() {
    super(
      'This server keeps no statistics of the past. Whoever runs it gives `mountConsole` a `series`: `sqliteSeries`, or `memorySeries`.',
    )
  }
}
