import { rebootServerAction, startServerAction, stopServerAction } from '../change-power.ts'
import { createServer } from '../create-server.ts'
import { deleteServer } from '../delete-server.ts'
import { resizeServerAction } from '../resize-server.ts'
import { hasSucceeded, type ProofsOf, targetOf } from './proof-stage.ts'

export const serverProofs: ProofsOf = async ({ bench, done, created, image, proof, another, nextOf }) => {
  const empty = image()
  const newServer = bench.newServer({ name: 'proved' })
  const removal = { action: deleteServer, input: targetOf(newServer) }
  const target = await created()
  const running = image()
  await done(stopServerAction, target)
  const stopped = image()
  const rivalAndNext = {
    rival: () => ({ action: deleteServer, input: target }),
    again: nextOf(target),
  }
  return [
    proof(createServer, newServer, empty, {
      rival: () => removal,
      again: (_world, ends) => (hasSucceeded('server.create', ends) ? removal : another),
    }),
    proof(deleteServer, target, running, {
      rival: () => ({ action: stopServerAction, input: target }),
      again: () => another,
    }),
    proof(startServerAction, target, stopped, rivalAndNext),
    proof(stopServerAction, target, running, rivalAndNext),
    proof(rebootServerAction, target, running, rivalAndNext),
    proof(resizeServerAction, { ...target, flavor: 'flex-8-2' }, stopped, rivalAndNext),
  ]
}
