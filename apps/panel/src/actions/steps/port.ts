import { z } from 'zod'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const Port = z.object({ id: z.string() })

export const createPort = step('network.port', {
  input: z.object({
    zone: z.string(),
    network: z.string(),
    addresses: z.array(z.object({ version: z.literal([4, 6]), address: z.string() })),
  }),
  output: Port,
  async do(input, { key, world: { cloud }, signal, until }) {
    const port = await cloud.network.createPort({ ...input, key }, signal)
    const { id } = await settled('port', port, until, () => cloud.network.getPort(port.id, signal))
    return { id }
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.network.findPorts(key, signal), ({ id }) => ({ id })),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.network.deletePort(id, signal)
    await gone('port', until, () => cloud.network.getPort(id, signal))
  },
})

export const deletePort = step('network.port-removal', {
  idempotent: true,
  input: Port,
  output: z.null(),
  async do({ id }, { world: { cloud }, signal, until }) {
    await cloud.network.deletePort(id, signal)
    await gone('port', until, () => cloud.network.getPort(id, signal))
    return null
  },
  undo: 'nothing',
})
