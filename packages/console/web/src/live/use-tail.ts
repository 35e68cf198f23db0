import { useEffect, useState } from 'react'
import { type Parameters, parametersOf } from '../api/client.ts'
import { emptyTail, type Tail, withTailed } from './tail-state.ts'

export interface FollowedTail extends Tail {
  readonly connection: 'connecting' | 'following' | 'reconnecting'
  readonly isPaused: boolean
  setPaused(isPaused: boolean): void
}

const retryMs = 2000

/** Follows the transaction log for as long as the calling component is shown and isn't paused. */
export function useTail(conditions: Parameters): FollowedTail {
  const [tail, setTail] = useState(emptyTail)
  const [connection, setConnection] = useState<FollowedTail['connection']>('connecting')
  const [isPaused, setPaused] = useState(false)
  const address = `api/transactions/tail?${parametersOf(conditions)}`
  useEffect(() => {
    if (isPaused) return
    let source: EventSource
    let reopening: ReturnType<typeof setTimeout> | undefined
    const open = () => {
      source = new EventSource(address)
      source.addEventListener('open', () => setConnection('following'))
      source.addEventListener('rows', event => {
        setConnection('following')
        setTail(current => withTailed(current, JSON.parse(event.data)))
      })
      source.addEventListener('error', () => {
        setConnection('reconnecting')
        // A dropped stream is taken up again by the browser; one that was refused is not.
        if (source.readyState === EventSource.CLOSED) reopening = setTimeout(open, retryMs)
      })
    }
    open()
    return () => {
      clearTimeout(reopening)
      source.close()
    }
  }, [address, isPaused])
  return { ...tail, connection, isPaused, setPaused }
}
