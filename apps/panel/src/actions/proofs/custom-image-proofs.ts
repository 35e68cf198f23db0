import { randomUUID } from 'node:crypto'
import type { ProofStart } from 'evenkeel/testing'
import { newCreatedAt } from '../../records/created-at.ts'
import type { Db } from '../../records/tables.ts'
import { createServer } from '../create-server.ts'
import type { PanelWorld } from '../define.ts'
import { deleteCustomImage } from '../delete-custom-image.ts'
import { type ImportCustomImageRequest, importCustomImage } from '../import-custom-image.ts'
import { type ActionsBench, listedImageUrl } from '../panel.fixture.ts'
import { hasSucceeded, type ProofsOf, targetOf } from './proof-stage.ts'

type Start = ProofStart<PanelWorld, Db>

/** An image is imported; it is deleted while a server is made of it. */
export const customImageProofs: ProofsOf = async ({ bench, done, image, proof }) => {
  const empty = image()
  const request = newImport(bench, 'proved')
  const target = targetOf(request)
  const removal: Start = { action: deleteCustomImage, input: target }
  const another: Start = { action: importCustomImage, input: newImport(bench, 'another') }
  await done(importCustomImage, request)
  const server = bench.newServer({ name: 'proved', image: request.uuid, volumes: [] })

  return [
    proof(importCustomImage, request, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded(importCustomImage.name, ends) ? removal : another),
    }),
    proof(deleteCustomImage, target, image(), {
      rival: () => ({ action: createServer, input: server }),
      again: () => another,
    }),
  ]
}

function newImport({ projectId, clock }: ActionsBench, name: string): ImportCustomImageRequest {
  return {
    uuid: randomUUID(),
    projectId,
    name,
    slug: 'proved',
    url: listedImageUrl,
    sourceFormat: 'raw',
    firmwareType: 'bios',
    userDataHandling: 'extend-cloud-config',
    zones: ['rma1', 'lpg1'],
    tags: {},
    createdAt: newCreatedAt(clock.now()),
  }
}
