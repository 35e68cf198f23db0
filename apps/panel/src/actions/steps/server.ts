import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import type { CloudServer } from '../../cloud/compute.ts'
import { NoHostLeftException } from '../../cloud/exceptions.ts'
import { step } from '../define.ts'
import { asFound, gone, settled } from './settled.ts'

const BootedServer = z.object({
  id: z.string(),
  sshHostKeys: z.array(z.string()),
  sshFingerprints: z.array(z.string()),
})

export const bootServer = step('compute.server', {
  input: z.object({
    zone: z.string(),
    hostname: z.string(),
    vcpuCount: z.int(),
    memoryGb: z.int(),
    gpuCount: z.int(),
    portIds: z.array(z.string()),
    /** The first one is booted from. */
    volumeIds: z.array(z.string()),
    sshKeys: z.array(z.string()),
    password: z.instanceof(Secret).nullable(),
    userData: z.instanceof(Secret).nullable(),
    /** The group that it is in. */
    groupId: z.string().optional(),
    /** Servers that it must not share a host with, besides those of its group. */
    apartFromIds: z.array(z.string()).optional(),
  }),
  output: BootedServer,
  async do(
    { password, userData, groupId, apartFromIds = [], ...input },
    { key, world: { cloud }, signal, until },
  ) {
    const secrets = { password: password?.reveal(), userData: userData?.reveal() }
    const wanted = { ...input, ...secrets, groupId, apartFromIds, key }
    const server = await cloud.compute.createServer(wanted, signal)
    const get = async () => requirePlaced(await cloud.compute.getServer(server.id, signal))
    return booted(await settled('server', server, until, get))
  },
  find: async ({ key, world: { cloud }, signal }) =>
    asFound(await cloud.compute.findServers(key, signal), booted),
  async undo({ id }, { world: { cloud }, signal, until }) {
    await cloud.compute.deleteServer(id, signal)
    await gone('server', until, () => cloud.compute.getServer(id, signal))
  },
})

export const removeServer = step('compute.server-removal', {
  idempotent: true,
  input: z.object({ id: z.string() }),
  output: z.null(),
  async do({ id }, { world: { cloud }, signal, until }) {
    await cloud.compute.deleteServer(id, signal)
    await gone('server', until, () => cloud.compute.getServer(id, signal))
    return null
  },
  undo: 'nothing',
})

/** @throws {NoHostLeftException} no host is left for it */
function requirePlaced(server: CloudServer | undefined): CloudServer | undefined {
  if (server?.isWithoutHost && server.status.state === 'broken') {
    throw new NoHostLeftException(`server ${server.id}`, server.status.fault)
  }
  return server
}

function booted({ id, sshHostKeys, sshFingerprints }: CloudServer): z.output<typeof BootedServer> {
  return { id, sshHostKeys: [...sshHostKeys], sshFingerprints: [...sshFingerprints] }
}
