/** How much of the past the graph shows, in minutes. */
export type WindowMinutes = 1 | 5 | 15 | 60 | 360 | 1440 | 10_080 | 43_200

/** What the server keeps telling by itself; of what is longer it is asked. */
export const liveMinutesMax = 15

interface TimeShown {
  /** On the button that shows it. */
  readonly name: string
  /** As in "the last …". */
  readonly inWords: string
  /** How many seconds are one point of the graph. */
  readonly bucketSeconds: number
}

export const timesShown: Readonly<Record<WindowMinutes, TimeShown>> = {
  1: { name: '1 min', inWords: 'minute', bucketSeconds: 1 },
  5: { name: '5 min', inWords: '5 minutes', bucketSeconds: 5 },
  15: { name: '15 min', inWords: '15 minutes', bucketSeconds: 10 },
  60: { name: '1 h', inWords: 'hour', bucketSeconds: 60 },
  360: { name: '6 h', inWords: '6 hours', bucketSeconds: 300 },
  1440: { name: '24 h', inWords: '24 hours', bucketSeconds: 900 },
  10080: { name: '7 days', inWords: '7 days', bucketSeconds: 3600 },
  43200: { name: '30 days', inWords: '30 days', bucketSeconds: 21_600 },
}

export const windowsInMinutes = Object.keys(timesShown).map(Number) as readonly WindowMinutes[]

/** Whether a value from outside, such as an address, is one of them. */
export function isWindowMinutes(value: unknown): value is WindowMinutes {
  return windowsInMinutes.some(minutes => minutes === value)
}

/** When each point of the graph begins, in seconds since 1970, the oldest first. @param nowMs the server's time */
export function timesOf(nowMs: number, windowMinutes: WindowMinutes): readonly number[] {
  const { bucketSeconds } = timesShown[windowMinutes]
  // They begin at multiples of their length, so that a line keeps its shape while the window moves on.
  const lastTime = Math.floor(nowMs / 1000 / bucketSeconds) * bucketSeconds
  const size = (windowMinutes * 60) / bucketSeconds + 1
  const firstTime = lastTime - (size - 1) * bucketSeconds
  return Array.from({ length: size }, (_, at) => firstTime + at * bucketSeconds)
}
