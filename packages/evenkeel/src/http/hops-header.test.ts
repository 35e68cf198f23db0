import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  atOurEdge,
  type Exception,
  ExceptionRebuilder,
  hopsOf,
  InternalException,
  NotFoundException,
  ServiceUnavailableException,
  toWire,
  withHops,
} from '../exceptions/index.ts'
import { newTxId, type TxId } from '../filters/tx-id.ts'
import { loggedCauses } from '../tx-log/logged-causes.ts'
import { formatHops, parseHops } from './hops-header.ts'

class VolumeNotFoundException extends NotFoundException {}

const [txB, txC] = [newTxId(), newTxId()]

describe('the hops header', () => {
  it('names every service that an exception came through, in the log of the first', () => {
    const atC = new VolumeNotFoundException('No volume 3 of ada.')
    const atB = atOurEdge(received(atC, 'volumes', txC))
    const atA = atOurEdge(received(atB, 'servers', txB))

    const causes = loggedCauses(atA).map(({ exception, service, txId }) => [exception, service, txId])
    expect(causes).toEqual([
      ['BadGatewayException', 'servers', txB],
      ['VolumeNotFoundException', 'volumes', txC],
    ])
  })

  it('carries names and no word of what was said', () => {
    const atB = atOurEdge(received(new InternalException('hunter2 of ada'), 'volumes', txC))

    expect(formatHops(atB)).toBe(`InternalException;volumes;${txC}`)
    expect(JSON.stringify(hopsOf(received(atB, 'servers', txB)))).not.toMatch(/hunter2|ada/)
  })

  it('is not there for an exception of our own', () => {
    expect(
      formatHops(new ServiceUnavailableException('Away.', { cause: new Error('ECONNREFUSED') })),
    ).toBeUndefined()
  })

  it('ends at ten hops, and at a cycle', () => {
    const exception = new ServiceUnavailableException('Away.')
    const hops = Array.from({ length: 30 }, (_, at) => ({
      className: 'A',
      service: `s${at}`,
      txId: undefined,
    }))
    const cyclic = received(new NotFoundException('No.'), 'volumes', txC)
    Object.defineProperty(cyclic, 'cause', { value: cyclic })

    expect(hopsOf(withHops(exception, hops))).toEqual(hops.slice(0, 10))
    expect(hopsOf(cyclic)).toHaveLength(1)
  })

  it('brings names through as they are', () => {
    const className = fc
      .stringMatching(/^[A-Za-zÄ√_$][A-Za-z0-9_$]{0,40}$/)
      .filter(name => !name.includes('√'))
    const service = fc.stringMatching(/^[a-zü0-9._-]{1,40}$/)
    fc.assert(
      fc.property(fc.array(fc.record({ className, service }), { maxLength: 10 }), names => {
        const hops = names.map(each => ({ ...each, txId: newTxId() }))
        const header = formatHops(withHops(new ServiceUnavailableException('Away.'), hops))

        expect(parseHops(header)).toEqual(hops)
        if (header !== undefined) expect(header).toMatch(/^[\x21-\x7e ]+$/)
      }),
    )
  })

  it('takes any text for hops that can be hops, or for none', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Za-z;,% 0-9.]{0,200}$/))
    fc.assert(
      fc.property(text, header => {
        for (const { className, service } of parseHops(header)) {
          expect(className).toMatch(/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u)
          expect(service).toMatch(/^[\p{L}\p{N}._-]{1,100}$/u)
        }
      }),
    )
    expect(parseHops(null)).toEqual([])
    expect(parseHops(`A;${'b'.repeat(9000)}`)).toEqual([])
  })
})

/** What a trusted caller makes of it: rebuilt from what travels. */
function received(exception: Exception, service: string, txId: TxId): Exception {
  const rebuilt = new ExceptionRebuilder([VolumeNotFoundException]).rebuild(toWire(exception, service, txId))
  return withHops(rebuilt, parseHops(formatHops(exception)))
}
