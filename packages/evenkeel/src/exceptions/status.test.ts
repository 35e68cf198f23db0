import { describe, expect, it } from 'vitest'
import {
  BadClientRequestException,
  ConflictException,
  DependencyException,
  Exception,
  GatewayTimeoutException,
  InternalException,
  NotFoundException,
  QuotaExceededException,
  statusOf,
  statusTable,
} from './index.ts'

class ServerNotFoundException extends NotFoundException {}
class ServerGoneException extends ServerNotFoundException {
  static override readonly status = 410
}

describe('statusOf', () => {
  it("is that of the exception's class, or of the nearest ancestor that has one", () => {
    expect(statusOf(new NotFoundException(''))).toBe(404)
    expect(statusOf(new ServerNotFoundException(''))).toBe(404)
    expect(statusOf(new ServerGoneException(''))).toBe(410)
  })
})

describe('statusTable', () => {
  const status = statusTable([
    [BadClientRequestException, 400],
    [NotFoundException, 404],
    [GatewayTimeoutException, 503],
  ])

  it("goes before the classes' own statuses", () => {
    expect(status(new QuotaExceededException(''))).toBe(400)
    expect(status(new ConflictException(''))).toBe(400)
    expect(status(new GatewayTimeoutException(''))).toBe(503)
  })

  it('lets the nearest ancestor in the table win, even over a status of the class itself', () => {
    expect(status(new ServerNotFoundException(''))).toBe(404)
    expect(status(new ServerGoneException(''))).toBe(404)
  })

  it("leaves what it doesn't know to the class", () => {
    expect(status(new DependencyException(''))).toBe(503)
    expect(status(new InternalException(''))).toBe(500)
  })

  it('can say what every other exception is answered with', () => {
    const teapot = statusTable([
      [NotFoundException, 404],
      [Exception, 418],
    ])

    expect(teapot(new InternalException(''))).toBe(418)
    expect(teapot(new ServerNotFoundException(''))).toBe(404)
  })
})
