import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BadGatewayException,
  type Exception,
  ExceptionRebuilder,
  InternalException,
  NotFoundException,
  toException,
  toWire,
} from '../exceptions/index.ts'
import { loggedCauses } from './logged-causes.ts'

describe('loggedCauses', () => {
  it('lists the exception itself and then what led to it', () => {
    const refused = new Error('connect ECONNREFUSED')
    const exception = new BadGatewayException('The storage did not answer.', { cause: refused })

    expect(loggedCauses(exception)).toEqual([
      link({ exception: 'BadGatewayException', message: 'The storage did not answer.' }),
      link({ exception: 'Error', message: 'connect ECONNREFUSED' }),
    ])
  })

  it('names the service and the transaction of one that came from elsewhere', () => {
    const wire = toWire(new NotFoundException('No volume 3.'), 'volumes', 'TX3')
    const remote = new ExceptionRebuilder([]).rebuild(wire)

    const [, cause] = loggedCauses(new BadGatewayException('volumes answered.', { cause: remote }))

    expect(cause).toEqual(
      link({ exception: 'NotFoundException', message: 'No volume 3.', service: 'volumes', txId: 'TX3' }),
    )
  })

  it('keeps the stack of a bug, once', () => {
    const bug = new TypeError('x is not a function')

    const [outer, inner] = loggedCauses(toException(bug))

    expect(outer?.stack).toContain('logged-causes.test.ts')
    expect(inner).toEqual(link({ exception: 'TypeError', message: 'x is not a function' }))
  })

  it('keeps the stack of what led to a bug', () => {
    const bug = new InternalException('The plan is empty.', { cause: new RangeError('0 is too few') })

    const [outer, inner] = loggedCauses(bug)

    expect(outer?.stack).toContain('InternalException: The plan is empty.')
    expect(inner?.stack).toContain('RangeError: 0 is too few')
  })

  it('keeps no stack under an interrupt', () => {
    const exception = new BadGatewayException('No answer.', { cause: new Error('socket hang up') })

    expect(loggedCauses(exception).map(({ stack }) => stack)).toEqual([undefined, undefined])
  })

  it('says what was thrown when it is not even an error', () => {
    const [, cause] = loggedCauses(new BadGatewayException('No answer.', { cause: 'out of paper' }))

    expect(cause).toEqual(link({ exception: 'string', message: 'out of paper' }))
  })

  it('ends at a cycle', () => {
    const first = new Error('first')
    const second = new Error('second', { cause: first })
    first.cause = second

    const messages = loggedCauses(new BadGatewayException('No answer.', { cause: first })).map(
      ({ message }) => message,
    )

    expect(messages).toEqual(['No answer.', 'first', 'second'])
  })

  it('ends after ten links', () => {
    let exception: Exception = new InternalException('0')
    for (let at = 1; at < 50; at++) exception = new InternalException(String(at), { cause: exception })

    const messages = loggedCauses(exception).map(({ message }) => message)

    expect(messages).toEqual(['49', '48', '47', '46', '45', '44', '43', '42', '41', '40'])
  })

  it('cuts what is too long for a log', () => {
    const [link] = loggedCauses(new InternalException('x'.repeat(1_000_000)))

    expect(link?.message).toHaveLength(2001)
    expect(link?.stack?.length).toBeLessThanOrEqual(8001)
  })

  it('hides what looks like a secret in a message, also where the message is cut', () => {
    const secret = 'q7Rz2LmW9xKc4TnB8vYd'
    const refused = new Error(`401 for Authorization: Bearer ${secret}`)
    const long = new InternalException(`${'x'.repeat(1985)} password=${secret}`, { cause: refused })

    const written = JSON.stringify(loggedCauses(long))

    expect(written).not.toContain('q7Rz')
    expect(written).toContain('[secret]')
  })

  it('survives a cause that can not be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const nasty = new Error('nasty')
    Object.defineProperty(nasty, 'message', {
      get() {
        throw new Error('no message for you')
      },
    })

    for (const cause of [proxy, nasty, Object.create(null)]) {
      const links = loggedCauses(new BadGatewayException('No answer.', { cause }))
      expect(links.map(({ exception }) => exception)).toEqual(['BadGatewayException', 'unreadable'])
    }
  })

  it('makes links that a log can keep out of any cause', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), cause => {
        const links = loggedCauses(new InternalException('A bug.', { cause }))

        expect(links[0]?.exception).toBe('InternalException')
        expect(JSON.parse(JSON.stringify(links))).toEqual(links)
      }),
    )
  })
})

function link(parts: object): object {
  return { exception: '', message: '', service: undefined, txId: undefined, stack: undefined, ...parts }
}
