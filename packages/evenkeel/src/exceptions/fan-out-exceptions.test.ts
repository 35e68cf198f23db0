import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { categoryClass } from './category-class.ts'
import {
  type Category,
  ConflictException,
  type Exception,
  ExceptionRebuilder,
  type FanOutException,
  FullFailureException,
  InternalException,
  NotFoundException,
  OverloadedException,
  PartialFailureException,
  ServiceUnavailableException,
  statusOf,
  statusTable,
  toWire,
  ValidDiscardingRequestException,
} from './index.ts'

class VolumeNotFoundException extends NotFoundException {}

const example: Record<Category, () => Exception> = {
  client: () => new ConflictException('It is running.'),
  discard: () => new ValidDiscardingRequestException('A duplicate.'),
  dependency: () => new ServiceUnavailableException('disks-7 is away.'),
  internal: () => new InternalException('hunter2'),
}
const gravestFirst: Category[] = ['internal', 'dependency', 'client', 'discard']

describe('FanOutException', () => {
  it('is of the gravest category of its branches, and answered with the status of that category', () => {
    const categories = fc.array(fc.constantFrom(...gravestFirst), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(categories, fc.boolean(), (thrown, isPartial) => {
        const exception = fanOut(
          thrown.map(category => example[category]()),
          isPartial ? 1 : 0,
        )
        const gravest = gravestFirst.find(category => thrown.includes(category)) as Category

        expect(exception.category).toBe(gravest)
        expect(statusOf(exception)).toBe(categoryClass[gravest].status)
        expect((exception.cause as Exception).category).toBe(gravest)
      }),
    )
  })

  it("takes a remote's client fault for what it is at our edge: nobody's success rate improves by calling wrongly", () => {
    const exception = fanOut([remote(new VolumeNotFoundException('No volume 3.'))])

    expect(exception.category).toBe('dependency')
    expect(exception.exceptions['branch0']).toBeInstanceOf(VolumeNotFoundException)
    expect(exception.data.exceptions).toEqual({ branch0: 'BadGatewayException' })
  })

  it('has the status that a service gives to its category', () => {
    const table = statusTable([[categoryClass.dependency, 599]])

    expect(table(fanOut([example.dependency()]))).toBe(599)
    expect(table(fanOut([example.client()]))).toBe(400)
  })

  it('tells of its category without an instance: the gravest of all', () => {
    expect(PartialFailureException.prototype.category).toBe('internal')
  })

  it('sends no message and no result of any branch', () => {
    for (const category of gravestFirst) {
      const wire = toWire(fanOut([example[category](), remote(example[category]())], 1), 'notify', 'TX1')

      expect(JSON.stringify(wire)).not.toMatch(/hunter2|disks-7|duplicate|running|the secret of/)
      expect(wire.data).toMatchObject({ fractionSucceeded: 1 / 3 })
    }
  })

  it('arrives as the same class and category at the other side, with its data only', () => {
    for (const category of gravestFirst) {
      const wire = toWire(fanOut([example[category]()], 1), 'notify', 'TX1')

      const exception = new ExceptionRebuilder([]).rebuild(JSON.parse(JSON.stringify(wire)))

      expect(exception).toBeInstanceOf(PartialFailureException)
      expect(exception).toMatchObject({ category, results: {}, exceptions: {}, fractionSucceeded: 0.5 })
      expect(statusOf(exception)).toBe(categoryClass[category].status)
    }
  })

  it.each([
    ['safe, if no branch has done anything', ['safe', 'safe'], 0, 'safe'],
    ['unknown, once a branch has succeeded', ['safe', 'safe'], 1, 'unknown'],
    ['unknown, if it is of one branch', ['safe', 'unknown'], 0, 'unknown'],
    ['unsafe, if one branch would fail again', ['safe', 'unsafe'], 1, 'unsafe'],
  ] as const)('may be repeated: %s', (_, retries, succeeded, expected) => {
    const exceptions = retries.map(retry => new OverloadedException('Busy.', { retry }))

    expect(fanOut(exceptions, succeeded).retry).toBe(expected)
  })

  it('asks to wait as long as the branch that asks for most', () => {
    const waits = [200, 900, undefined].map(
      ms => new OverloadedException('Busy.', ms === undefined ? {} : { retryAfterMs: ms }),
    )

    expect(fanOut(waits).retryAfterMs).toBe(900)
  })
})

function fanOut(exceptions: readonly Exception[], succeeded = 0): FanOutException {
  const outcome = {
    results: Object.fromEntries(
      Array.from({ length: succeeded }, (_, at) => [`fine${at}`, 'the secret of ada']),
    ),
    exceptions: Object.fromEntries(exceptions.map((exception, at) => [`branch${at}`, exception])),
  }
  return succeeded === 0 ? new FullFailureException(outcome) : new PartialFailureException(outcome)
}

function remote(exception: Exception): Exception {
  return new ExceptionRebuilder([VolumeNotFoundException]).rebuild(toWire(exception, 'volumes', 'TX3'))
}
