// Customers in a process of their own: they create servers, so many at once, wait until each runs, and delete them again.
import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

export interface Order {
  /** Without a slash at the end. */
  readonly url: string
  readonly token: string
  readonly servers: number
  readonly atOnce: number
}

export interface Delivered {
  /** From the first order until the last server ran. */
  readonly seconds: number
}

/** What a server that is being created is looked at again after: a lag of half of it is in each creation. */
const lookEveryMs = 10
const zones = ['rma1', 'lpg1'] as const

process.on('message', (order: Order) => {
  deliver(order).then(
    delivered => process.send?.(delivered),
    error => {
      console.error(error)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit())

async function deliver(order: Order): Promise<Delivered> {
  const call = callerOf(order)
  const uuids: string[] = []
  let ordered = 0
  const startedAtMs = performance.now()
  const customers = Array.from({ length: order.atOnce }, async () => {
    while (ordered < order.servers) uuids.push(await create(call, ordered++))
  })
  await Promise.all(customers)
  const seconds = (performance.now() - startedAtMs) / 1000

  for (const uuid of uuids) await call('DELETE', `/servers/${uuid}`)
  await allEnded(call)
  return { seconds }
}

async function create(call: Call, number: number): Promise<string> {
  const server = await call('POST', '/servers', {
    name: `created-${number}`,
    zone: zones[number % zones.length],
    flavor: 'flex-4-1',
    image: 'debian-13',
    ssh_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== bench'],
  })
  const { uuid } = server as { uuid: string }
  for (;;) {
    await wait(lookEveryMs)
    const { status } = (await call('GET', `/servers/${uuid}`)) as { status: string }
    if (status === 'running') return uuid
  }
}

/** Capacity is given back when a deletion has ended. */
async function allEnded(call: Call): Promise<void> {
  while (((await call('GET', '/actions?state=running')) as unknown[]).length > 0) await wait(lookEveryMs)
}

type Call = (method: string, path: string, body?: object) => Promise<unknown>

/** As little as a client can be: what it takes is taken from what is measured. */
function callerOf({ url, token, atOnce }: Order): Call {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      }
      const sent = request(`${url}/v1${path}`, { method, headers, agent }, response => {
        let text = ''
        response.setEncoding('utf8').on('data', part => {
          text += part
        })
        response.on('end', () => {
          const { statusCode = 0 } = response
          if (statusCode >= 300) reject(new Error(`${method} ${path}: ${statusCode} ${text}`))
          else resolve(text === '' ? undefined : JSON.parse(text))
        })
      })
      sent.on('error', reject)
      sent.end(body && JSON.stringify(body))
    })
}
