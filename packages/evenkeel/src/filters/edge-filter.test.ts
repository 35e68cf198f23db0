import { describe, expect, it } from 'vitest'
import {
  BadGatewayException,
  ConflictException,
  ExceptionRebuilder,
  InternalException,
  NotFoundException,
  toWire,
} from '../exceptions/index.ts'
import { EdgeFilter } from './edge-filter.ts'
import { chain } from './service.ts'
import { currentTx, runInTx, Transaction } from './transaction.ts'

describe('EdgeFilter', () => {
  it('hands an answer on', async () => {
    const answer = { name: 'web-1' }

    await expect(atEdge(async () => answer)).resolves.toBe(answer)
  })

  it('lets our own exception through', async () => {
    const exception = new ConflictException('It is running.')

    await expect(atEdge(throwing(exception))).rejects.toBe(exception)
  })

  it('turns anything that is no exception into one', async () => {
    await expect(atEdge(throwing(undefined))).rejects.toBeInstanceOf(InternalException)
  })

  it("turns a remote's client fault that nobody caught into our failure", async () => {
    const wire = toWire(new NotFoundException('No volume 3.'), 'volumes', 'TX3')
    const remote = new ExceptionRebuilder([]).rebuild(wire)

    const thrown = await atEdge(throwing(remote)).catch(error => error)

    expect(thrown).toBeInstanceOf(BadGatewayException)
    expect(thrown.cause).toBe(remote)
  })

  it('hands a remote exception on where the operation declares it, at the edge itself or further in', async () => {
    const remote = () =>
      new ExceptionRebuilder([]).rebuild(toWire(new NotFoundException('No volume 3.'), 'volumes', 'TX3'))
    const declaring = new EdgeFilter<undefined, never>({ passThrough: [NotFoundException] })
    const [outer, inner] = [remote(), remote()]

    await expect(chain([declaring], throwing(outer))(undefined)).rejects.toBe(outer)
    await expect(atEdge(() => chain([declaring], throwing(inner))(undefined))).rejects.toBe(inner)
  })

  it('hands a remote exception on where its transaction declares it, for adapters that learn the route late', async () => {
    const remote = new ExceptionRebuilder([]).rebuild(
      toWire(new NotFoundException('No volume 3.'), 'volumes', 'TX3'),
    )
    const tx = new Transaction({ kind: 'request', operation: 'GET /volumes/:id' })
    const service = async () => {
      currentTx().passThrough = [NotFoundException]
      throw remote
    }

    await expect(runInTx(tx, () => atEdge(service))).rejects.toBe(remote)
  })
})

function atEdge<Resp>(service: () => Promise<Resp>): Promise<Resp> {
  return chain([new EdgeFilter<undefined, Resp>()], service)(undefined)
}

function throwing(thrown: unknown): () => Promise<never> {
  return async () => {
    throw thrown
  }
}
