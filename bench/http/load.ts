// The client, in a process of its own: loads what it is told to and answers with how many requests were served.
import autocannon from 'autocannon'

/** What is asked for, again and again. */
export interface Asked {
  /** Several are asked for in turn. */
  readonly path: string | readonly AskedPath[]
  /** What is to be answered. */
  readonly status: number
}

export interface AskedPath {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Load extends Asked {
  /** Without a slash at the end. */
  readonly url: string
  readonly durationS: number
}

export interface Served {
  readonly requests: number
  readonly seconds: number
}

process.on('message', (load: Load) => {
  run(load).then(
    served => process.send?.(served),
    error => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit())

async function run({ url, path, durationS, status }: Load): Promise<Served> {
  const requests = typeof path === 'string' ? [{ path }] : path
  const result = await autocannon({ url, connections: 64, duration: durationS, requests })
  const { errors, timeouts, non2xx, '2xx': answered, duration } = result
  const served = status === 200 ? answered : non2xx
  const others = status === 200 ? non2xx : answered
  if (errors + timeouts + others > 0 || served === 0) {
    throw new Error(`${url}: ${errors} errors, ${timeouts} timeouts, ${others} answers other than ${status}.`)
  }
  return { requests: served, seconds: duration }
}
