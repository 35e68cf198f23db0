import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ActionView } from 'evenkeel/actions'
import { useEffect } from 'react'
import { api } from '../api/client.ts'

const retryMs = 2000

/** One action, kept up to date for as long as the calling component is shown, until nothing more happens in it. */
export function useAction(id: string): UseQueryResult<ActionView> {
  const queries = useQueryClient()
  const found = useQuery({ queryKey: ['action', id], queryFn: () => api.action(id) })
  const isFollowed = found.data !== undefined && !found.data.isClosed
  useEffect(() => {
    if (!isFollowed) return
    let source: EventSource
    let reopening: ReturnType<typeof setTimeout> | undefined
    const open = () => {
      source = new EventSource(`api/actions/${encodeURIComponent(id)}/events`)
      source.addEventListener('view', ({ data }) => queries.setQueryData(['action', id], JSON.parse(data)))
      source.addEventListener('error', () => {
        // A dropped stream is taken up again by the browser; one that was refused is not: reading says why.
        if (source.readyState !== EventSource.CLOSED) return
        void queries.invalidateQueries({ queryKey: ['action', id] })
        reopening = setTimeout(open, retryMs)
      })
    }
    open()
    return () => {
      clearTimeout(reopening)
      source.close()
    }
  }, [id, isFollowed, queries])
  return found
}
