import type { AnyAction } from 'evenkeel/actions'
import { type Certificate, type ProofEnd, type ProofStart, type ProveOptions, prove } from 'evenkeel/testing'
import * as cloudExceptions from '../../cloud/exceptions.ts'
import * as panelExceptions from '../../exceptions.ts'
import type { Db } from '../../records/tables.ts'
import { type CreateServerRequest, createServer } from '../create-server.ts'
import type { PanelWorld } from '../define.ts'
import { deleteServer } from '../delete-server.ts'
import { type ActionsBench, actionsBench } from '../panel.fixture.ts'
import { panelActions } from '../panel-actions.ts'
import type { Target } from '../target.ts'
import { imageOf, type PanelImage, type PanelProofWorld, panelWorlds } from './panel-world.ts'
import { panelProblems } from './usable.ts'

/** An action of the panel, and everything that its proof needs. */
export interface PanelProof {
  readonly action: AnyAction<PanelWorld, Db>
  /** What each run begins with. */
  readonly image: PanelImage
  readonly options: Omit<Options, 'world'>
}

type Options = ProveOptions<unknown, PanelWorld, Db, PanelProofWorld>

/** Makes a proof. */
export async function proved(
  { action, image, options }: PanelProof,
  given: Pick<Options, 'faults' | 'sample'> = {},
): Promise<Certificate> {
  await using worlds = await panelWorlds(image)
  return await prove(action, { ...options, ...given, world: clock => worlds.next(clock) })
}

/** The proofs of a kind of resource. Prepares on the stage what they begin with. */
export type ProofsOf = (stage: ProofStage) => Promise<readonly PanelProof[]>

type Choices = Pick<Options, 'rival' | 'again'>

/** A panel in which another tenant's server runs: proofs begin with what it has come to. */
export interface ProofStage {
  readonly bench: ActionsBench
  /** Brings an action to its success, and waits until nothing is watched any more. */
  done(action: AnyAction<PanelWorld, Db>, request: unknown): Promise<void>
  /** The same for a server. */
  created(given?: Partial<CreateServerRequest>): Promise<Target>
  /** What the panel has come to. */
  image(): PanelImage
  proof(action: AnyAction<PanelWorld, Db>, input: unknown, image: PanelImage, choices: Choices): PanelProof
  /** The creation of a server, which always works next. */
  readonly another: ProofStart<PanelWorld, Db>
  /** A server that is there can be deleted; where the rival has done so, another one can be created. */
  nextOf(target: Target): NonNullable<Choices['again']>
}

/** The proofs, prepared on a stage of their own. */
export async function prepared(proofsOf: ProofsOf): Promise<readonly PanelProof[]> {
  const bench = await actionsBench()
  try {
    return await proofsOf(await stageOn(bench))
  } finally {
    await bench.dispose()
  }
}

async function stageOn(bench: ActionsBench): Promise<ProofStage> {
  const stage: Omit<ProofStage, 'proof'> = {
    bench,
    async done(action, request) {
      const { end } = await bench.actions.start(action, request)
      const { kind } = await bench.clock.run(end)
      if (kind !== 'succeeded') throw new TypeError(`${action.name} was to prepare a proof, and was ${kind}`)
      await bench.clock.advance(60_000)
    },
    async created(given) {
      const request = bench.newServer({ name: 'proved', ...given })
      await stage.done(createServer, request)
      return targetOf(request)
    },
    image: () => imageOf(bench),
    another: { action: createServer, input: bench.newServer({ name: 'another' }) },
    nextOf: target => (_world, ends) =>
      ends.some(({ action }) => action === 'server.delete')
        ? stage.another
        : { action: deleteServer, input: target },
  }
  await stage.created({ name: 'neighbour' })
  return { ...stage, proof: proofBeside(new Set(bench.cloud.objects().map(({ id }) => id))) }
}

/** Objects that were there before may be changed by an action on their server, but for the neighbours'. */
function proofBeside(neighbours: ReadonlySet<string>): ProofStage['proof'] {
  return (action, input, image, choices) => ({
    action,
    image,
    options: {
      ...choices,
      input,
      actions: panelActions.filter(other => !isSame(other, action)),
      exceptions: [...Object.values(cloudExceptions), ...Object.values(panelExceptions)],
      usable: panelProblems,
      touches: ({ id }) => !neighbours.has(id),
      settleMs: 200,
      watchMs: 20_000,
    },
  })
}

function isSame(one: AnyAction<PanelWorld, Db>, other: AnyAction<PanelWorld, Db>): boolean {
  return one.name === other.name && one.definition.version === other.definition.version
}

export function targetOf({ projectId, uuid }: Target): Target {
  return { projectId, uuid }
}

/** Whether the last action that ended is of this name, and has succeeded. */
export function hasSucceeded(action: string, ends: readonly ProofEnd[]): boolean {
  const last = ends.at(-1)
  return last?.action === action && last.kind === 'succeeded'
}
