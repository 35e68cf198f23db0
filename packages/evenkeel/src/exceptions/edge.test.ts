import { describe, expect, it } from 'vitest'
import {
  atOurEdge,
  BadGatewayException,
  ConflictException,
  type Exception,
  ExceptionRebuilder,
  InternalException,
  NotFoundException,
  OverloadedException,
  ServiceUnavailableException,
  TooManyRequestsException,
  toWire,
  ValidDiscardingRequestException,
} from './index.ts'

class VolumeNotFoundException extends NotFoundException {}

describe('atOurEdge', () => {
  it('leaves our own exceptions as they are', () => {
    for (const exception of [
      new ConflictException(''),
      new InternalException(''),
      new ServiceUnavailableException(''),
    ]) {
      expect(atOurEdge(exception)).toBe(exception)
    }
  })

  it('makes anything else that was thrown here a bug of ours', () => {
    expect(atOurEdge(new TypeError('x is not a function'))).toBeInstanceOf(InternalException)
  })

  it.each([
    ['client fault', new VolumeNotFoundException('No volume 3.')],
    ['bug', new InternalException('The plan is empty.')],
  ])("makes a remote's %s our failure, with the original as cause", (_, thrown) => {
    const remote = fromRemote(thrown)

    const exception = atOurEdge(remote)

    expect(exception).toBeInstanceOf(BadGatewayException)
    expect(exception.category).toBe('dependency')
    expect(exception.origin).toBeUndefined()
    expect(exception.cause).toBe(remote)
    expect(exception.message).toContain(`volumes answered ${thrown.className}`)
  })

  it('tells our callers nothing of the remote', () => {
    const wire = toWire(atOurEdge(fromRemote(new VolumeNotFoundException('No volume 3.'))), 'panel', 'TX1')

    expect(JSON.stringify(wire)).not.toMatch(/volume/i)
  })

  it.each([
    ['dependency', new ServiceUnavailableException('The disks are away.')],
    ['discard', new ValidDiscardingRequestException('A duplicate.')],
  ])("leaves a remote's %s what it is", (_, thrown) => {
    const remote = fromRemote(thrown)

    expect(atOurEdge(remote)).toBe(remote)
  })

  it.each([
    ['client fault', new VolumeNotFoundException('No volume 3.')],
    ['bug', new InternalException('The plan is empty.')],
  ])("hands on a remote's %s as it is where the operation declares its class, or one above", (_, thrown) => {
    const remote = fromRemote(thrown)

    const passThrough = [NotFoundException, InternalException]

    expect(atOurEdge(remote, { passThrough })).toBe(remote)
    expect(atOurEdge(remote)).toBe(remote) // the declaration holds at the edges further out
  })

  it('hands on nothing else than what is declared', () => {
    const declared = { passThrough: [VolumeNotFoundException] }

    expect(atOurEdge(fromRemote(new ConflictException('It is running.')), declared)).toBeInstanceOf(
      BadGatewayException,
    )
    expect(atOurEdge(new TypeError('x is not a function'), declared)).toBeInstanceOf(InternalException)
  })
})

describe('the promise that nothing happened', () => {
  const refused = (): ServiceUnavailableException =>
    new ServiceUnavailableException('Nothing listens.', { retry: 'safe' })
  const retryTold = (exception: Exception) => toWire(exception, 'panel', 'TX1').retry

  it('is about one call when a dependency failed within the operation: callers are told that they can not know', () => {
    const exception = atOurEdge(refused())

    expect(retryTold(exception)).toBe('unknown')
    expect(exception.retry).toBe('safe') // for us it was
  })

  it('is about the whole request when it is thrown outside the edge: it was shed', () => {
    expect(retryTold(new OverloadedException('Busy.'))).toBe('safe')
    expect(retryTold(refused())).toBe('safe')
  })

  it('is about the whole request where the class says so', () => {
    class NoCapacityException extends ServiceUnavailableException {
      static override readonly isRetryForCallers = true
    }

    expect(retryTold(atOurEdge(new NoCapacityException('Full.', { retry: 'safe' })))).toBe('safe')
  })

  it("is kept of a fault of our caller's, and of no other service's whatever it declares", () => {
    const limited = new TooManyRequestsException('Slow down.', { retry: 'safe' })

    expect(retryTold(atOurEdge(limited))).toBe('safe')
    expect(retryTold(atOurEdge(fromRemote(limited), { passThrough: [TooManyRequestsException] }))).toBe(
      'unknown',
    )
  })

  it('is masked of a frozen exception as well', () => {
    expect(retryTold(atOurEdge(Object.freeze(refused())))).toBe('unknown')
  })
})

function fromRemote(thrown: Exception): Exception {
  return new ExceptionRebuilder([VolumeNotFoundException]).rebuild(toWire(thrown, 'volumes', 'TX3'))
}
