import { deleteServer } from '../delete-server.ts'
import { deleteVolume } from '../delete-volume.ts'
import type { ActionsBench } from '../panel.fixture.ts'
import type { ProofsOf } from './proof-stage.ts'

export const volumeProofs: ProofsOf = async ({ bench, done, created, image, proof, another }) => {
  await done(deleteServer, await created())
  const loose = { projectId: bench.projectId, uuid: await looseVolume(bench) }
  return [
    proof(deleteVolume, loose, image(), {
      again: () => another,
      rival: () => ({ action: deleteVolume, input: loose }),
    }),
  ]
}

/** The volume that has outlived its server. */
async function looseVolume({ records }: ActionsBench): Promise<string> {
  const { uuid } = await records.read
    .selectFrom('volumes')
    .select('uuid')
    .where('serverUuid', 'is', null)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow()
  return uuid
}
