/** Load balancers: how much a panel's answers wait for it while the simulated cloud says of 10,000 members a second how they are. `--members 10000`. */
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { addressAt, parseCidr } from '../apps/panel/src/addressing/cidr.ts'
import { type ApiForTests, apiForTests } from '../apps/panel/src/api/testing.ts'
import { memberOf, monitorOf, newKey, somePool } from '../apps/panel/src/cloud/cloud-harness.ts'
import { median, report } from './figure.ts'

const { values } = parseArgs({ options: { members: { type: 'string', default: '10000' } } })
const membersPerLoadBalancer = 100
const loadBalancers = Number(values.members) / membersPerLoadBalancer
const rounds = 5
const roundMs = 3_000

const api = await apiForTests()
const ids = await fill(api)
const server = await newServer(api)

const idle: number[] = []
const busy: number[] = []
const evaluated: number[] = []
for (let round = 0; round < rounds; round++) {
  idle.push(await p99OfGet(api, server))
  const asking = askForHealth(api, ids)
  busy.push(await p99OfGet(api, server))
  evaluated.push(await asking.end())
}
report({
  figure: 'members evaluated per second',
  value: median(evaluated),
  unit: '/s',
  aim: { atLeast: 0.95 * Number(values.members) },
})
report({
  figure: `p99 of a GET beside that (${median(busy).toFixed(2)} ms) over p99 of an idle panel (${median(idle).toFixed(2)} ms)`,
  value: median(busy) / median(idle),
  unit: '×',
  aim: { atMost: 1.5 },
})
await api.dispose()

/** Load balancers with one pool each, all of whose members have a monitor. */
async function fill({ cloud }: ApiForTests): Promise<readonly string[]> {
  const zone = 'rma1'
  const made: string[] = []
  const network = await cloud.network.createNetwork({ key: newKey(), zone, name: 'backend', mtu: 1500 })
  const range = { networkId: network.id, cidr: '10.0.0.0/16', gateway: null, dnsServers: [] }
  const subnet = await cloud.network.createSubnet({ key: newKey(), ...range })
  const cidr = parseCidr(range.cidr)
  if (cidr === undefined) throw new Error(`${range.cidr} is no range`)
  for (let at = 0; at < loadBalancers; at++) {
    const port = await cloud.network.createPort({ key: newKey(), zone, network: 'public', addresses: [] })
    const wanted = { key: newKey(), zone, name: 'front', flavor: 'lb-standard', portIds: [port.id] }
    const { id } = await cloud.loadBalancers.createLoadBalancer(wanted)
    const make = (part: Parameters<typeof cloud.loadBalancers.createPart>[0]['part']) =>
      cloud.loadBalancers.createPart({ key: newKey(), loadBalancerId: id, part })
    const pool = await make(somePool)
    await make(monitorOf(pool.id))
    for (let member = 0; member < membersPerLoadBalancer; member++) {
      const address = addressAt(cidr, 1 + at * membersPerLoadBalancer + member)
      await make(memberOf(pool.id, subnet.id, address))
    }
    made.push(id)
  }
  return made
}

async function newServer(api: ApiForTests): Promise<string> {
  const body = { name: 'web', flavor: 'flex-4-1', image: 'debian-13', password: 'hunter22' }
  const { uuid } = (await api.send('POST', '/v1/servers', body)).json()
  await setTimeout(500)
  return `/v1/servers/${uuid}`
}

/** In milliseconds, of requests that come 250 times a second. */
async function p99OfGet(api: ApiForTests, path: string): Promise<number> {
  const tookMs: number[] = []
  const waits: Promise<unknown>[] = []
  for (let sent = 0; sent < roundMs / 4; sent++) {
    const startedAtMs = performance.now()
    const answered = api.send('GET', path).then(() => tookMs.push(performance.now() - startedAtMs))
    waits.push(answered)
    await setTimeout(4)
  }
  await Promise.all(waits)
  return tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.99)] ?? Number.NaN
}

/** Asks of all load balancers in turn, each once a second. */
function askForHealth({ cloud }: ApiForTests, ids: readonly string[]): { end(): Promise<number> } {
  let isOver = false
  let members = 0
  const startedAtMs = performance.now()
  const running = (async () => {
    for (let asked = 0; !isOver; asked++) {
      const id = ids[asked % ids.length] as string
      members += (await cloud.loadBalancers.healthOfMembers([id])).length
      const nextAtMs = startedAtMs + ((asked + 1) * 1_000) / ids.length
      await setTimeout(Math.max(0, nextAtMs - performance.now()))
    }
  })()
  return {
    async end() {
      isOver = true
      await running
      return members / ((performance.now() - startedAtMs) / 1_000)
    },
  }
}
