import type { AnyAction } from 'evenkeel/actions'
import type { ProofEnd, ProofStart, ProveOptions } from 'evenkeel/testing'
import * as cloudExceptions from '../../cloud/exceptions.ts'
import * as panelExceptions from '../../exceptions.ts'
import type { Db } from '../../records/tables.ts'
import { rebootServerAction, startServerAction, stopServerAction } from '../change-power.ts'
import type { CreateServerRequest } from '../create-server.ts'
import { createServer } from '../create-server.ts'
import type { PanelWorld } from '../define.ts'
import { deleteServer } from '../delete-server.ts'
import { deleteVolume } from '../delete-volume.ts'
import { type ActionsBench, actionsBench } from '../panel.fixture.ts'
import { panelActions } from '../panel-actions.ts'
import { resizeServerAction } from '../resize-server.ts'
import type { Target } from '../target.ts'
import { imageOf, type PanelImage, type PanelProofWorld, panelWorld } from './panel-world.ts'
import { panelProblems } from './usable.ts'

/** An action of the panel, and everything that its proof needs. */
export interface PanelProof {
  readonly action: AnyAction<PanelWorld, Db>
  readonly options: ProveOptions<unknown, PanelWorld, Db, PanelProofWorld>
}

/** The proofs of all actions. Each begins with a panel in which another tenant's server runs, too. */
export async function panelProofs(): Promise<readonly PanelProof[]> {
  const bench = await actionsBench()
  try {
    await created(bench, { name: 'neighbour' })
    const empty = imageOf(bench)
    const neighbours = new Set(bench.cloud.objects().map(({ id }) => id))
    const proof = proofBeside(neighbours)
    const newServer = bench.newServer({ name: 'proved' })
    const target = await created(bench, { name: 'proved' })
    const running = imageOf(bench)
    await ended(bench, stopServerAction, target)
    const stopped = imageOf(bench)
    await ended(bench, deleteServer, target)
    const deleted = imageOf(bench)
    const volume = { projectId: bench.projectId, uuid: await looseVolume(bench) }
    const another = { action: createServer, input: bench.newServer({ name: 'another' }) }
    const remove = { action: deleteServer, input: target }
    const create = (): ProofStart<PanelWorld, Db> => another
    return [
      proof(createServer, newServer, empty, {
        rival: () => ({ action: deleteServer, input: targetOf(newServer) }),
        again: (_world, ends) =>
          isThere(ends) ? { action: deleteServer, input: targetOf(newServer) } : another,
      }),
      proof(deleteServer, target, running, {
        rival: () => ({ action: stopServerAction, input: target }),
        again: create,
      }),
      proof(startServerAction, target, stopped, { rival: () => remove, again: nextOf(target, another) }),
      proof(stopServerAction, target, running, { rival: () => remove, again: nextOf(target, another) }),
      proof(rebootServerAction, target, running, { rival: () => remove, again: nextOf(target, another) }),
      proof(resizeServerAction, { ...target, flavor: 'flex-8-2' }, stopped, {
        rival: () => remove,
        again: nextOf(target, another),
      }),
      proof(deleteVolume, volume, deleted, {
        again: create,
        rival: () => ({ action: deleteVolume, input: volume }),
      }),
    ]
  } finally {
    await bench.dispose()
  }
}

type Choices = Pick<ProveOptions<unknown, PanelWorld, Db, PanelProofWorld>, 'rival' | 'again'>

/** Objects that were there before may be changed by an action on their server, but for the neighbours'. */
function proofBeside(neighbours: ReadonlySet<string>) {
  return (
    action: AnyAction<PanelWorld, Db>,
    input: unknown,
    image: PanelImage,
    choices: Choices,
  ): PanelProof => ({
    action,
    options: {
      ...choices,
      world: clock => panelWorld(image, clock),
      input,
      actions: panelActions.filter(other => other !== action),
      exceptions: [...Object.values(cloudExceptions), ...Object.values(panelExceptions)],
      usable: panelProblems,
      touches: ({ id }) => !neighbours.has(id),
      settleMs: 200,
      watchMs: 20_000,
    },
  })
}

function isThere(ends: readonly ProofEnd[]): boolean {
  const last = ends.at(-1)
  return last?.action === 'server.create' && last.kind === 'succeeded'
}

function targetOf({ projectId, uuid }: CreateServerRequest): Target {
  return { projectId, uuid }
}

/** A server that is there can be deleted; where the rival has done so, another one can be created. */
function nextOf(target: Target, another: ProofStart<PanelWorld, Db>): NonNullable<Choices['again']> {
  return (_world, ends) =>
    ends.some(({ action }) => action === 'server.delete') ? another : { action: deleteServer, input: target }
}

async function created(bench: ActionsBench, given: Partial<CreateServerRequest>): Promise<Target> {
  const request = bench.newServer(given)
  await ended(bench, createServer, request)
  return targetOf(request)
}

async function ended(bench: ActionsBench, action: AnyAction<PanelWorld, Db>, input: unknown): Promise<void> {
  const { end } = await bench.actions.start(action, input)
  const { kind } = await bench.clock.run(end)
  if (kind !== 'succeeded') throw new TypeError(`${action.name} was to prepare a proof, and was ${kind}`)
  await bench.clock.advance(60_000)
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
