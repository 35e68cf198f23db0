import { describe, expect, it } from 'vitest'
import {
  atOurEdge,
  BadGatewayException,
  type Exception,
  ExceptionRebuilder,
  NotFoundException,
  toWire,
} from '../exceptions/index.ts'
import type { JournaledException } from './action-view.ts'
import { fromJournaled, toJournaled } from './journaled-exception.ts'

class VolumeNotFoundException extends NotFoundException<{ volume: string }> {
  constructor(volume: string) {
    super(`No volume ${volume}.`, { data: { volume } })
  }
}

const classes = new ExceptionRebuilder([VolumeNotFoundException])

/** As a client of another service gets it. */
function remote(): Exception {
  return classes.rebuild(toWire(new VolumeNotFoundException('v7'), 'volumes', 'TX3'))
}

/** Through the journal, whose entries are JSON. */
function kept(exception: Exception): JournaledException {
  return JSON.parse(JSON.stringify(toJournaled(exception)))
}

describe('an exception in the journal', () => {
  it('comes back as the same class with the same data', () => {
    const exception = fromJournaled(kept(new VolumeNotFoundException('v7')), classes)

    expect(exception).toBeInstanceOf(VolumeNotFoundException)
    expect(exception).toMatchObject({ message: 'No volume v7.', data: { volume: 'v7' }, origin: undefined })
  })

  it('comes back as that of the service which threw it', () => {
    const exception = fromJournaled(kept(remote()), classes)

    expect(exception).toBeInstanceOf(VolumeNotFoundException)
    expect(exception.origin).toEqual({ service: 'volumes', txId: 'TX3' })
  })

  it('is our failure at our edge if we were wrong to call, before a restart and after it', () => {
    const live = atOurEdge(remote())
    const replayed = atOurEdge(fromJournaled(kept(remote()), classes))

    expect(live).toBeInstanceOf(BadGatewayException)
    expect(replayed).toBeInstanceOf(BadGatewayException)
    expect(replayed.message).toBe(live.message)
  })

  it('is read as one of our own from a journal that does not say whose it was', () => {
    const { origin: _, ...earlier } = kept(remote())

    expect(fromJournaled(earlier, classes).origin).toBeUndefined()
  })
})
