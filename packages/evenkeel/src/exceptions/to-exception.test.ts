import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Exception, InternalException, NotFoundException, toException } from './index.ts'

describe('toException', () => {
  it('leaves an exception as it is', () => {
    const exception = new NotFoundException('No server 7.')

    expect(toException(exception)).toBe(exception)
  })

  it('turns an error into an InternalException with its message, its stack and itself as cause', () => {
    const error = new TypeError('x is not a function')

    const exception = toException(error)

    expect(exception).toBeInstanceOf(InternalException)
    expect(exception.message).toBe('TypeError: x is not a function')
    expect(exception.stack).toBe(error.stack)
    expect(exception.cause).toBe(error)
  })

  it.each([
    ['out of paper', 'Something that is not an Error was thrown: "out of paper"'],
    [undefined, 'Something that is not an Error was thrown: undefined'],
    [null, 'Something that is not an Error was thrown: null'],
    [Symbol('red'), 'Something that is not an Error was thrown: Symbol(red)'],
    [7n, 'Something that is not an Error was thrown: 7'],
  ])('describes %s, which is not an error', (thrown, message) => {
    const exception = toException(thrown)

    expect(exception).toBeInstanceOf(InternalException)
    expect(exception.message).toBe(message)
    expect(exception.stack).toContain('to-exception')
  })

  it('cuts a description that is too long', () => {
    expect(toException('x'.repeat(100_000)).message.length).toBeLessThan(300)
  })

  it('takes a frozen error', () => {
    const error = Object.freeze(new RangeError('0 is too few'))

    expect(toException(error)).toMatchObject({ message: 'RangeError: 0 is too few', cause: error })
  })

  it('survives what can not be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const throwing = {
      get: () => {
        throw new Error('hands off')
      },
    }
    const guardedError = new Proxy(new Error('guarded'), throwing)
    const nastyStack = Object.defineProperty(new Error('nasty'), 'stack', throwing)
    const nastyText = { toString: throwing.get }

    for (const thrown of [proxy, guardedError, nastyStack, nastyText, Object.create(null)]) {
      expect(toException(thrown)).toBeInstanceOf(InternalException)
      expect(toException(thrown).message).toBe('Something was thrown that can not even be read.')
    }
  })

  it('makes an exception of category internal out of anything', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    })
    fc.assert(
      fc.property(anything, thrown => {
        const exception = toException(thrown)

        expect(exception).toBeInstanceOf(Exception)
        expect(exception.category).toBe('internal')
        expect(exception.message).not.toBe('')
      }),
    )
  })
})
