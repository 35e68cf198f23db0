import type { LiveReading } from '../../../src/live/live-reading.ts'
import { withUpdate } from './live-state.ts'

/** What is known of the server right now, and how fresh it is. */
export interface Live {
  readonly connection: 'connecting' | 'live' | 'reconnecting'
  readonly reading: LiveReading | undefined
  /** Why the server refuses to tell, while it does. */
  readonly refusal: Error | undefined
  /** When the last event came, by this machine's clock. */
  readonly receivedAtMs: number
  /** What to add to this machine's clock to have the server's. */
  readonly clockOffsetMs: number
}

export const nothingYet: Live = {
  connection: 'connecting',
  reading: undefined,
  refusal: undefined,
  receivedAtMs: 0,
  clockOffsetMs: 0,
}

/** Without an event for this long the connection counts as lost, whatever the browser believes. */
const silenceMsMax = 5000
const retryMs = 2000

/**
 * Follows the server's event stream until it is closed, through interruptions of any kind.
 *
 * @param onChange told of every change, with all that is known by then
 * @param explainRefusal asked when the server refuses the stream, since a browser tells nothing but that
 */
export function followLive(
  onChange: (live: Live) => void,
  explainRefusal: () => Promise<Error | undefined>,
): () => void {
  let live = nothingYet
  let source: EventSource
  let reopening: ReturnType<typeof setTimeout> | undefined

  const change = (next: Partial<Live>) => {
    live = { ...live, ...next }
    onChange(live)
  }
  const receive = (reading: LiveReading) => {
    const receivedAtMs = Date.now()
    change({
      connection: 'live',
      reading,
      refusal: undefined,
      receivedAtMs,
      clockOffsetMs: reading.now - receivedAtMs,
    })
  }
  const lose = () => change({ connection: live.reading === undefined ? 'connecting' : 'reconnecting' })

  const open = () => {
    source = new EventSource('api/live')
    source.addEventListener('snapshot', event => receive(JSON.parse(event.data)))
    source.addEventListener('update', event => {
      const update: LiveReading = JSON.parse(event.data)
      receive(live.reading === undefined ? update : withUpdate(live.reading, update))
    })
    source.addEventListener('error', () => {
      lose()
      // A dropped stream is taken up again by the browser; one that was refused is not.
      if (source.readyState !== EventSource.CLOSED) return
      explainRefusal().then(refusal => change({ refusal }))
      reopenIn(retryMs)
    })
  }
  const reopenIn = (ms: number) => {
    clearTimeout(reopening)
    reopening = setTimeout(open, ms)
  }

  // After a laptop's sleep or a dead link the browser may wait for minutes: silence itself is the sign.
  const watchdog = setInterval(() => {
    if (live.connection !== 'live' || Date.now() - live.receivedAtMs < silenceMsMax) return
    lose()
    source.close()
    reopenIn(0)
  }, 1000)

  open()
  return () => {
    clearTimeout(reopening)
    clearInterval(watchdog)
    source.close()
  }
}
