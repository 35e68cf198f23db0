import { InternalException } from 'evenkeel'
import { BrokenObjectException, StepBusyException, StepTimeoutException } from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import {
  CloudBusyException,
  CloudRefusedException,
  CloudTimeoutException,
  NoCapacityException,
} from '../cloud/exceptions.ts'
import { reasonOf } from './reason.ts'

const network = 'the network interface could not be made'
const volume = 'a volume could not be made'
const server = 'the server could not be started'
const pointer = 'the reverse DNS entry could not be made'

describe('the reason of a failed creation', () => {
  it.each([
    ['the cloud refuses', new CloudRefusedException('network.createPort', 'policy 7'), network],
    ['nobody can say what happened', new CloudTimeoutException('network.findPorts'), network],
    ['the object ends in an error state', new BrokenObjectException('server 6a0e', 'no host 12'), server],
    ['the step gets no answer', new StepTimeoutException('dns.pointer', 1000), pointer],
    [
      'the cloud stays busy',
      new StepBusyException('volumes.volume', 5, new CloudBusyException('volumes.create')),
      volume,
    ],
  ])('names what could not be made, and nothing of the system behind, when %s', (_, cause, what) => {
    expect(reasonOf(cause)).toBe(`${what}, because a system behind this service did not do its part.`)
  })

  it('says what there is no room for, and what to do', () => {
    expect(reasonOf(new NoCapacityException('rma1', 'a volume of 10 GB on ssd storage'))).toBe(
      'There is no room in zone rma1 for a volume of 10 GB on ssd storage at the moment. Try another zone or flavor, or try again later.',
    )
  })

  it('keeps a bug of ours to ourselves', () => {
    expect(reasonOf(new InternalException('x is not a function'))).not.toContain('function')
  })
})
