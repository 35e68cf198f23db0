import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsed } from './body.fixture.ts'
import { parseCreateFloatingIp, parsePatchFloatingIp } from './floating-ip-body.ts'

const context = { projectId: 'demo', defaultZone: 'lpg1', createdAt: 'now', newUuid: () => 'new' }
const uuid = '0d5f4d1c-8a43-4c5c-9f0e-2f7c1b9a6e55'

/** Bodies that are nearly right: every field may be there, be right or be anything. */
const nearly = fc.oneof(
  fc.anything(),
  fc.record(
    {
      ip_version: fc.oneof(fc.constantFrom(4, 6, '4', '6'), fc.anything()),
      type: fc.oneof(fc.constantFrom('regional', 'global'), fc.anything()),
      region: fc.oneof(fc.constantFrom('rma', 'lpg'), fc.anything()),
      prefix_length: fc.oneof(fc.constantFrom(56, '56', 64), fc.anything()),
      server: fc.oneof(fc.constantFrom(uuid, null), fc.anything()),
      load_balancer: fc.oneof(fc.constantFrom(uuid, null), fc.anything()),
      reverse_ptr: fc.oneof(fc.constantFrom('www.example.com', ''), fc.anything()),
      tags: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.anything()),
    },
    { requiredKeys: [] },
  ),
)

describe('the body of a new floating IP', () => {
  it('leaves region and address to the panel', () => {
    expect(parseCreateFloatingIp({ ip_version: 4 }, context)).toEqual({
      uuid: 'new',
      projectId: 'demo',
      version: 4,
      isNetwork: false,
      region: 'lpg',
      server: undefined,
      reversePtr: undefined,
      tags: {},
      createdAt: 'now',
    })
  })

  it('is taken whole, or refused with the field that is wrong, whatever it is', () => {
    fc.assert(
      fc.property(nearly, body => {
        const request = parsed(() => parseCreateFloatingIp(body, context))
        if (request === undefined) return
        expect([4, 6]).toContain(request.version)
        expect(request.isNetwork && (request.version === 4 || request.reversePtr !== undefined)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the body of a change of a floating IP', () => {
  it('may change nothing', () => {
    expect(parsePatchFloatingIp({})).toEqual({ server: undefined, reversePtr: undefined, labels: {} })
  })

  it('is taken whole, or refused with the field that is wrong, whatever it is', () => {
    fc.assert(
      fc.property(nearly, body => {
        const change = parsed(() => parsePatchFloatingIp(body))
        expect(change?.server === null).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})
