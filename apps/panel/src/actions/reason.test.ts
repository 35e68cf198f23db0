import { InternalException } from 'evenkeel'
import {
  BrokenObjectException,
  StepBusyException,
  StepTimeoutException,
  StepWaitTimeoutException,
} from 'evenkeel/actions'
import { describe, expect, it } from 'vitest'
import { cloudOperations } from '../cloud/embedded/operations.ts'
import {
  CloudBusyException,
  CloudObjectVanishedException,
  CloudRefusedException,
  CloudTimeoutException,
  NoCapacityException,
} from '../cloud/exceptions.ts'
import { reasonOf } from './reason.ts'

const network = 'the network interface could not be made'
const volume = 'a volume could not be made'
const pointer = 'the reverse DNS entry could not be made'

describe('the reason why an action was rolled back', () => {
  it.each([
    ['the cloud refuses', new CloudRefusedException('network.createPort', 'policy 7'), network],
    ['an answer is lost', new CloudTimeoutException('network.createPort'), network],
    [
      'nobody can say what happened',
      new CloudTimeoutException('network.findPorts'),
      'the network interface could not be looked up',
    ],
    [
      'the object ends in an error state',
      new BrokenObjectException('server 6a0e', 'no host 12'),
      'the server could not be brought into the wanted state',
    ],
    [
      'the object vanishes',
      new CloudObjectVanishedException('volume'),
      'the volume could not be brought into the wanted state',
    ],
    ['the step gets no answer', new StepTimeoutException('server.create/dns.pointer find', 1000), pointer],
    ['the step waits too long', new StepWaitTimeoutException('volumes.volume/root', 1000), volume],
    [
      'the cloud stays busy',
      new StepBusyException('network.port', 5, new CloudBusyException('network.createPort')),
      network,
    ],
  ])('names what could not be done, and nothing of the system behind, when %s', (_, cause, what) => {
    expect(reasonOf(cause)).toBe(`${what}, because a system behind this service did not do its part.`)
  })

  it.each(cloudOperations)('has words for a call that the cloud refuses: %s', operation => {
    expect(reasonOf(new CloudRefusedException(operation, 'policy 7'))).toMatch(
      /^(the|a|what) [\w -]+ could not be [\w ]+, because a system behind this service did not do its part\.$/i,
    )
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
