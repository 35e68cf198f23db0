import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsed } from './body.fixture.ts'
import { parseCreateLoadBalancer, parseCreatePool, parsePatchLabels } from './load-balancer-body.ts'
import { parseCreateListener, parsePatchListener } from './load-balancer-listener-body.ts'
import { parseCreateMember, parsePatchMember } from './load-balancer-member-body.ts'
import { parseCreateMonitor, parsePatchMonitor } from './load-balancer-monitor-body.ts'

const context = { projectId: 'demo', defaultZone: 'lpg1', createdAt: 'now', newUuid: () => 'new' }
const uuid = '0d5f4d1c-8a43-4c5c-9f0e-2f7c1b9a6e55'

const mostly = <const Values extends readonly unknown[]>(...right: Values) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom<unknown>(...right) }, fc.anything())
const port = mostly(1, 22, 65_535, '80', 0, 65_536, 1.5)
const number = mostly(1, 2, 10, '3', 0, -1)
const http = fc.oneof(
  fc.anything(),
  fc.record(
    {
      expected_codes: mostly(['200'], ['200-204'], ['204-200'], ['200', '200-204'], []),
      method: mostly('GET', 'CONNECT', 'get'),
      url_path: mostly('/', '/health?a=b', 'health', '/a b'),
      version: mostly('1.0', '1.1', 1.1),
      host: mostly('www.example.com', null, '-'),
    },
    { requiredKeys: [] },
  ),
)

/** Bodies that are nearly right, of any of the five: every field may be there, be right or be anything. */
const nearly = fc.oneof(
  fc.anything(),
  fc.record(
    {
      name: mostly('web', '', 'a\nb'),
      flavor: mostly('lb-standard', 'lb-large'),
      zone: mostly('rma1', 'mars1'),
      vip_addresses: mostly([], [{ subnet: uuid }], [{ subnet: uuid, address: '10.0.0.5' }], [{}]),
      load_balancer: mostly(uuid, 'here'),
      algorithm: mostly('round_robin', 'random'),
      protocol: mostly('tcp', 'udp', 'proxy', 'http'),
      pool: mostly(uuid, null),
      subnet: mostly(uuid, 'here'),
      address: mostly('10.0.0.5', '2001:0DB8::1', '10.0.0'),
      enabled: mostly(true, 'false', null),
      protocol_port: port,
      monitor_port: port,
      allowed_cidrs: mostly([], ['10.0.0.0/8'], ['10.0.0.1'], ['10.0.0.1/8']),
      timeout_client_data_ms: number,
      timeout_member_connect_ms: number,
      timeout_member_data_ms: number,
      type: mostly('tcp', 'http', 'https', 'ping', 'dns'),
      delay_s: number,
      timeout_s: number,
      up_threshold: number,
      down_threshold: number,
      http,
      tags: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.anything()),
    },
    { requiredKeys: [] },
  ),
)

describe('a body about load balancers', () => {
  it('is taken whole, or refused with the field that is wrong, whatever it is', () => {
    fc.assert(
      fc.property(nearly, body => {
        parsed(() => parseCreateLoadBalancer(body, context))
        parsed(() => parseCreatePool(body, context))
        parsed(() => parsePatchLabels(body))
        const member = parsed(() => parseCreateMember(body, uuid, context))
        if (member !== undefined) expect(isPort(member.protocolPort)).toBe(true)
        const listener = parsed(() => parseCreateListener(body, context))
        if (listener !== undefined) expect(Object.values(listener)).not.toContain(undefined)
        const monitor = parsed(() => parseCreateMonitor(body, context))
        if (monitor !== undefined)
          expect(monitor.http === null).toBe(!['http', 'https'].includes(monitor.type))
        parsed(() => parsePatchMember(body))
        parsed(() => parsePatchListener(body))
        parsed(() => parsePatchMonitor(body))
      }),
      { numRuns: 500 },
    )
  })

  it('takes an address in its canonical form, and a zone from the project', () => {
    const body = {
      name: 'front',
      flavor: 'lb-large',
      vip_addresses: [{ subnet: uuid, address: '2001:0DB8::1' }],
    }

    expect(parseCreateLoadBalancer(body, context)).toEqual({
      uuid: 'new',
      projectId: 'demo',
      name: 'front',
      zone: 'lpg1',
      flavor: 'lb-large',
      vipAddresses: [{ subnetUuid: uuid, address: '2001:db8::1' }],
      tags: {},
      createdAt: 'now',
    })
  })

  it.each([
    [{}, undefined],
    [{ http: {} }, {}],
    [{ http: { host: 'a.example' } }, { host: 'a.example' }],
    [{ http: { host: null } }, { host: null }],
    [{ http: { host: null, method: 'HEAD' } }, { host: null, method: 'HEAD' }],
  ])('tells what of HTTP is to be otherwise from what stays: %j', (body, http) => {
    const { settings } = parsePatchMonitor(body)

    expect(settings.http === undefined ? undefined : given(settings.http)).toEqual(http)
  })
})

function isPort(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value < 65_536
}

function given(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
