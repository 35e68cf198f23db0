import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../api/client.ts'
import { followLive, type Live, nothingYet } from './live-stream.ts'

const key = ['live']

/** Keeps what `useLive` answers up to date, as long as the calling component is shown. Called once, by the shell. */
export function useLiveStream(): void {
  const queries = useQueryClient()
  useEffect(() => {
    return followLive(live => queries.setQueryData(key, live), api.whyNotLive)
  }, [queries])
}

/** What is known of the server right now. */
export function useLive(): Live {
  const { data } = useQuery<Live>({
    queryKey: key,
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    // Every update is a new reading: comparing it deeply with the last would cost more than showing it.
    structuralSharing: false,
  })
  return data ?? nothingYet
}
