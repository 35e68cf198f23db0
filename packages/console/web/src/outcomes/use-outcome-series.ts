import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { LiveReading } from '../../../src/live/live-reading.ts'
import { api } from '../api/client.ts'
import { wholeOf } from '../ui/time-window.ts'
import { type OutcomeSeries, outcomeSeries } from './outcome-series.ts'
import { liveMinutesMax, timesOf, timesShown, type WindowMinutes } from './time-shown.ts'

export interface ShownOutcomes {
  /** undefined until a past that the server must be asked for has been told. */
  readonly series: OutcomeSeries | undefined
  /** Why it isn't told. */
  readonly error: Error | null
}

const askAgainMs = 10_000

/** The outcomes that the graph shows: of the last minutes from the live reading, of more as asked now and then. */
export function useOutcomeSeries(reading: LiveReading, windowMinutes: WindowMinutes): ShownOutcomes {
  const isLive = windowMinutes <= liveMinutesMax
  const past = useQuery({
    queryKey: ['outcomes', windowMinutes],
    queryFn: async () => {
      const { now } = reading
      const window = wholeOf(timesOf(now, windowMinutes))
      const { buckets } = await api.outcomes(window, timesShown[windowMinutes].bucketSeconds)
      return outcomeSeries(buckets, now, windowMinutes)
    },
    enabled: !isLive,
    refetchInterval: askAgainMs,
    placeholderData: keepPreviousData,
  })
  const live = useMemo(
    () => (isLive ? outcomeSeries(reading.seconds, reading.now, windowMinutes) : undefined),
    [isLive, reading, windowMinutes],
  )
  return isLive ? { series: live, error: null } : { series: past.data, error: past.error }
}
