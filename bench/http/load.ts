// The client, in a process of its own: loads what it is told to and answers with how many requests were served.
import autocannon from 'autocannon'

export interface Load {
  readonly url: string
  readonly durationS: number
  readonly status: number
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

async function run({ url, durationS, status }: Load): Promise<Served> {
  const result = await autocannon({ url, connections: 64, duration: durationS })
  const { errors, timeouts, non2xx, '2xx': answered, duration } = result
  const requests = status === 200 ? answered : non2xx
  const others = status === 200 ? non2xx : answered
  if (errors + timeouts + others > 0 || requests === 0) {
    throw new Error(`${url}: ${errors} errors, ${timeouts} timeouts, ${others} answers other than ${status}.`)
  }
  return { requests, seconds: duration }
}
