import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ancestorsOf,
  BadClientRequestException,
  BadGatewayException,
  DependencyException,
  type Exception,
  ExceptionRebuilder,
  InternalException,
  NotFoundException,
  OverloadedException,
  type PublicData,
  type RetrySafety,
  ServiceUnavailableException,
  toWire,
  ValidationException,
  ValidDiscardingRequestException,
  type WireException,
} from './index.ts'

class ServerNotFoundException extends NotFoundException<{ serverId: string }> {
  constructor(serverId: string) {
    super(`No server ${serverId} in this project.`, { data: { serverId } })
  }
}
class ServerGoneException extends ServerNotFoundException {}
class SettingOffException extends ValidDiscardingRequestException {}
class StorageAwayException extends ServiceUnavailableException {}
class LostPlanException extends InternalException {}

const categoryClasses = {
  client: BadClientRequestException,
  discard: ValidDiscardingRequestException,
  dependency: DependencyException,
  internal: InternalException,
}

describe('toWire', () => {
  it('tells type, category, public message, data, retry and the names of the ancestors', () => {
    expect(toWire(new ServerGoneException('7'), 'panel', 'TX1')).toEqual({
      type: 'urn:evenkeel:panel:ServerGoneException',
      category: 'client',
      message: 'No server 7 in this project.',
      data: { serverId: '7' },
      retry: 'unsafe',
      retryAfterMs: undefined,
      txId: 'TX1',
      ancestors: ['ServerNotFoundException', 'NotFoundException', 'BadClientRequestException'],
    })
  })

  it('tells neither the message nor the causes of what is not for clients', () => {
    const options = { cause: new Error('hunter2 of the cause') }
    const secretive = [
      new LostPlanException('hunter2', options),
      new StorageAwayException('hunter2', options),
    ]

    for (const exception of secretive) {
      expect(JSON.stringify(toWire(exception, 'panel', 'TX1'))).not.toContain('hunter2')
    }
  })

  it('keeps the service that threw it, when it only passes through', () => {
    const remote = afterHop(new StorageAwayException('Away.'), [], 'storage')

    expect(toWire(remote, 'panel', 'TX1').type).toBe('urn:evenkeel:storage:StorageAwayException')
  })

  it("does not promise our callers that a retry is safe because a remote's was", () => {
    const shed = new OverloadedException('Too much at once.')
    const remote = afterHop(shed, [], 'storage')

    expect(toWire(shed, 'storage', undefined).retry).toBe('safe')
    expect(remote.retry).toBe('safe')
    expect(toWire(remote, 'panel', undefined).retry).toBe('unknown')
  })
})

describe('ExceptionRebuilder', () => {
  it('rebuilds the same class, with data, origin and public message', () => {
    const exception = afterHop(new ServerNotFoundException('7'), [ServerNotFoundException])

    expect(exception).toBeInstanceOf(ServerNotFoundException)
    expect(exception).toMatchObject({
      className: 'ServerNotFoundException',
      message: 'No server 7 in this project.',
      publicMessage: 'No server 7 in this project.',
      data: { serverId: '7' },
      origin: { service: 'panel', txId: 'TX1' },
    })
  })

  it('rebuilds an unknown class as its nearest known ancestor, with the name kept', () => {
    const exception = afterHop(new ServerGoneException('7'), [ServerNotFoundException])

    expect(exception).toBeInstanceOf(ServerNotFoundException)
    expect(exception).not.toBeInstanceOf(ServerGoneException)
    expect(exception.className).toBe('ServerGoneException')
    expect(exception.name).toBe('ServerGoneException')
  })

  it('knows the classes of the library without being told', () => {
    expect(afterHop(new ServerGoneException('7'), [])).toBeInstanceOf(NotFoundException)
    expect(afterHop(new ValidationException({ name: 'is missing.' }), [])).toBeInstanceOf(ValidationException)
  })

  it('finds the nearest known ancestor also behind a service that knew less', () => {
    const inTheMiddle = afterHop(new ServerGoneException('7'), [])

    const atTheEnd = afterHop(inTheMiddle, [])

    expect(atTheEnd).toBeInstanceOf(NotFoundException)
    expect(atTheEnd.className).toBe('ServerGoneException')
  })

  it('takes no class of another category for its own, whatever its name', () => {
    const wire = {
      ...toWire(new LostPlanException('Lost.'), 'panel', 'TX1'),
      ancestors: ['NotFoundException'],
    }

    const exception = new ExceptionRebuilder([]).rebuild({
      ...wire,
      type: 'urn:evenkeel:panel:NotFoundException',
    })

    expect(exception).toBeInstanceOf(InternalException)
    expect(exception.className).toBe('NotFoundException')
  })

  it('restores one of our own that was kept, with the words for operators and without an origin', () => {
    const thrown = new StorageAwayException('ceph-3 is down', { retryAfterMs: 500 })
    const { message, publicMessage, category, data, retry, retryAfterMs, className } = thrown
    const kept = {
      className,
      message,
      publicMessage,
      category,
      data,
      retry,
      retryAfterMs,
      ancestors: ancestorsOf(thrown),
    }

    const exception = new ExceptionRebuilder([StorageAwayException]).restore(JSON.parse(JSON.stringify(kept)))

    expect(exception).toBeInstanceOf(StorageAwayException)
    expect(exception).toMatchObject({ message, publicMessage, retry, retryAfterMs, origin: undefined })
  })

  it('takes from a module what is an exception, and leaves the rest', () => {
    const module = { ServerNotFoundException, limit: 50, parse: () => {}, Date, nothing: null }

    const exception = afterHop(new ServerNotFoundException('7'), Object.values(module))

    expect(exception).toBeInstanceOf(ServerNotFoundException)
  })

  it('makes nothing of a type that is none, and still something of its category', () => {
    const wire = { ...toWire(new StorageAwayException('Away.'), 'storage', undefined), ancestors: [] }

    const exception = new ExceptionRebuilder([]).rebuild({ ...wire, type: 'about:blank' })

    expect(exception).toBeInstanceOf(DependencyException)
    expect(exception.origin?.service).toBe('unknown')
  })

  it('brings any exception over the wire as the same class, or with the same name and category', () => {
    const classes = [
      NotFoundException,
      BadGatewayException,
      SettingOffException,
      StorageAwayException,
      LostPlanException,
    ]
    const data = fc
      .dictionary(fc.string(), fc.jsonValue())
      .map(value => JSON.parse(JSON.stringify(value)) as PublicData)
    const retry = fc.constantFrom<RetrySafety>('safe', 'unsafe', 'unknown')
    const retryAfterMs = fc.option(fc.nat(), { nil: undefined })
    const known = fc.subarray(classes)
    fc.assert(
      fc.property(
        fc.constantFrom(...classes),
        known,
        fc.string(),
        data,
        retry,
        retryAfterMs,
        (Class, ...rest) => {
          const [knownClasses, message, data, retry, retryAfterMs] = rest
          const thrown = new Class(message, {
            data,
            retry,
            ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
          })

          const exception = afterHop(thrown, knownClasses)

          expect(exception).toBeInstanceOf(
            knownClasses.includes(Class) ? Class : categoryClasses[thrown.category],
          )
          expect(exception).toMatchObject({
            className: thrown.className,
            category: thrown.category,
            message: thrown.publicMessage,
            publicMessage: thrown.publicMessage,
            retry,
            retryAfterMs,
          })
          expect(exception.data).toEqual(data)
          for (const [category, CategoryClass] of Object.entries(categoryClasses)) {
            expect(exception instanceof CategoryClass).toBe(category === thrown.category)
          }
        },
      ),
    )
  })
})

/** The exception as a service that knows these classes meets it, after a way through JSON. */
function afterHop(exception: Exception, known: Iterable<unknown>, service = 'panel'): Exception {
  const wire: WireException = JSON.parse(JSON.stringify(toWire(exception, service, 'TX1')))
  return new ExceptionRebuilder(known).rebuild(wire)
}
