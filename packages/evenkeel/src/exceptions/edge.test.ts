import { describe, expect, it } from 'vitest'
import {
  atOurEdge,
  BadGatewayException,
  ConflictException,
  type Exception,
  ExceptionRebuilder,
  InternalException,
  NotFoundException,
  ServiceUnavailableException,
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
})

function fromRemote(thrown: Exception): Exception {
  return new ExceptionRebuilder([VolumeNotFoundException]).rebuild(toWire(thrown, 'volumes', 'TX3'))
}
