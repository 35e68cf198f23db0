import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  AuthenticationException,
  AuthorizationException,
  BadClientRequestException,
  BadGatewayException,
  type Category,
  ConflictException,
  ContentionException,
  DependencyException,
  Exception,
  GatewayTimeoutException,
  InternalException,
  isFailure,
  NotFoundException,
  OverloadedException,
  QuotaExceededException,
  ServiceUnavailableException,
  TooManyRequestsException,
  ValidationException,
  ValidDiscardingRequestException,
} from './index.ts'

class ServerNotFoundException extends NotFoundException<{ serverId: string }> {
  constructor(serverId: string) {
    super(`No server ${serverId} in this project.`, { data: { serverId } })
  }
}

class StorageAwayException extends ServiceUnavailableException {}

class TracedException extends ServiceUnavailableException {
  static override readonly hasStack = true
}

describe('Exception', () => {
  it.each<[string, Category, number, Exception]>([
    ['BadClientRequestException', 'client', 400, new BadClientRequestException('')],
    ['ValidationException', 'client', 400, new ValidationException({})],
    ['AuthenticationException', 'client', 401, new AuthenticationException('')],
    ['AuthorizationException', 'client', 403, new AuthorizationException('')],
    ['NotFoundException', 'client', 404, new NotFoundException('')],
    ['ConflictException', 'client', 409, new ConflictException('')],
    ['QuotaExceededException', 'client', 403, new QuotaExceededException('')],
    ['TooManyRequestsException', 'client', 429, new TooManyRequestsException('')],
    ['ValidDiscardingRequestException', 'discard', 200, new ValidDiscardingRequestException('')],
    ['DependencyException', 'dependency', 503, new DependencyException('')],
    ['BadGatewayException', 'dependency', 502, new BadGatewayException('')],
    ['ServiceUnavailableException', 'dependency', 503, new ServiceUnavailableException('')],
    ['GatewayTimeoutException', 'dependency', 504, new GatewayTimeoutException('')],
    ['ContentionException', 'dependency', 503, new ContentionException('')],
    ['OverloadedException', 'dependency', 503, new OverloadedException('')],
    ['InternalException', 'internal', 500, new InternalException('')],
  ])('%s is of category %s and status %i', (name, category, status, exception) => {
    expect(exception).toBeInstanceOf(Exception)
    expect(exception).toBeInstanceOf(Error)
    expect(exception.className).toBe(name)
    expect(exception.category).toBe(category)
    expect((exception.constructor as typeof Exception).status).toBe(status)
  })

  it('is known by its class, without being registered anywhere', () => {
    const exception = new ServerNotFoundException('7')

    expect(exception.className).toBe('ServerNotFoundException')
    expect(exception.category).toBe('client')
    expect(exception.data).toEqual({ serverId: '7' })
    expect(String(exception)).toBe('ServerNotFoundException: No server 7 in this project.')
  })

  it('keeps what led to it', () => {
    const cause = new Error('connect ECONNREFUSED')

    expect(new StorageAwayException('The storage is away.', { cause }).cause).toBe(cause)
    expect(new StorageAwayException('The storage is away.')).not.toHaveProperty('cause')
  })

  it('tells by its category whether it lowers the success rate', () => {
    const categories: Category[] = ['client', 'discard', 'dependency', 'internal']

    expect(categories.filter(isFailure)).toEqual(['dependency', 'internal'])
  })

  describe('stack', () => {
    it('is not filled by an interrupt', () => {
      const interrupts = [
        new ServerNotFoundException('7'),
        new ValidDiscardingRequestException('A duplicate.'),
        new StorageAwayException('The storage is away.'),
      ]

      for (const { stack } of interrupts) expect(stack).not.toContain('\n')
    })

    it('leads a bug to where it was thrown', () => {
      const [, firstFrame] = new InternalException('The plan is empty.').stack?.split('\n') ?? []

      expect(firstFrame).toContain('exception.test.ts')
    })

    it('is filled by an interrupt whose class wants it', () => {
      expect(new TracedException('Where?').stack).toContain('exception.test.ts')
    })

    it('is filled by other errors as before, after an interrupt was made', () => {
      const limitBefore = Error.stackTraceLimit

      new StorageAwayException('The storage is away.')

      expect(Error.stackTraceLimit).toBe(limitBefore)
      expect(new Error('other').stack).toContain('exception.test.ts')
    })
  })

  describe('publicMessage', () => {
    it('is the message for client and discard', () => {
      expect(new ServerNotFoundException('7').publicMessage).toBe('No server 7 in this project.')
      expect(new ValidDiscardingRequestException('A duplicate.').publicMessage).toBe('A duplicate.')
    })

    it('names every field of a validation', () => {
      const exception = new ValidationException({
        name: 'is missing.',
        'volumes[0].size_gb': 'must be at least 1.',
      })

      expect(exception.publicMessage).toBe('name: is missing. volumes[0].size_gb: must be at least 1.')
      expect(exception.data.fields).toEqual({
        name: 'is missing.',
        'volumes[0].size_gb': 'must be at least 1.',
      })
    })

    it('is a general sentence for a dependency, with the time to wait where that is known', () => {
      const { publicMessage } = new StorageAwayException('ceph-3 is down', { retryAfterMs: 1500 })

      expect(new StorageAwayException('ceph-3 is down').publicMessage).not.toContain('ceph')
      expect(publicMessage).toContain('in 2 s')
      expect(publicMessage).not.toContain('ceph')
    })

    it('says nothing of a bug', () => {
      expect(new InternalException('password is hunter2').publicMessage).toBe(
        'Something went wrong on our side.',
      )
    })

    it('is what the application says, if it says something', () => {
      const options = { publicMessage: 'The storage rests until nine.' }

      expect(new StorageAwayException('ceph-3 is down', options).publicMessage).toBe(options.publicMessage)
    })
  })

  describe('retry', () => {
    it('is unsafe unless it is said otherwise, unknown for a dependency, and safe for what was shed', () => {
      expect(new ServerNotFoundException('7').retry).toBe('unsafe')
      expect(new InternalException('A bug.').retry).toBe('unsafe')
      expect(new ValidDiscardingRequestException('A duplicate.').retry).toBe('unsafe')
      expect(new StorageAwayException('Away.').retry).toBe('unknown')
      expect(new OverloadedException('Too much.').retry).toBe('safe')
      expect(new StorageAwayException('Away.', { retry: 'safe' }).retry).toBe('safe')
    })
  })
})

describe('public data', () => {
  it('is typed by the class, and so is what it is made of', () => {
    const exception = new ServerNotFoundException('7')
    const validation = new ValidationException({ name: 'is missing.' })

    expectTypeOf(exception.data).toEqualTypeOf<{ serverId: string }>()
    expectTypeOf(validation.data.fields['name']).toEqualTypeOf<string | undefined>()
    // @ts-expect-error what JSON can't carry is no public data
    expectTypeOf<NotFoundException<{ at: Date }>>().not.toBeAny()
    // @ts-expect-error nor is anything else than what the class has declared
    const other = new NotFoundException<{ serverId: string }>('No server.', { data: { serverId: 7 } })
    expect(other.className).toBe('NotFoundException')
  })
})
