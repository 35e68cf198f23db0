import type { Server } from 'node:http'

export interface ConnectionLimit {
  /** How many clients may be connected at once. */
  readonly connectionsMax: number
  /** Told, at most once a minute, that some were turned away. */
  readonly say: (sentence: string) => void
  /** The clock, in milliseconds. @default Date.now */
  readonly now?: () => number
}

/**
 * Keeps clients that connect and connect from taking all memory: those beyond the limit are turned away before a byte of
 * theirs is read, which is why no transaction tells of them.
 */
export function limitConnections(
  server: Server,
  { connectionsMax, say, now = Date.now }: ConnectionLimit,
): void {
  server.maxConnections = connectionsMax
  let turnedAway = 0
  let quietUntilMs = 0
  server.on('drop', () => {
    turnedAway++
    if (now() < quietUntilMs) return
    say(
      `${connectionsMax} clients are connected, as many as may be; turned away since it was last said: ${turnedAway}. See who connects, or limit it in front of the panel.`,
    )
    turnedAway = 0
    quietUntilMs = now() + 60_000
  })
}
