import type { AnyAction, AnyStep } from 'evenkeel/actions'
import type { Db } from '../../records/tables.ts'
import { changeInterfaces } from '../change-interfaces.ts'
import type { PanelWorld } from '../define.ts'
import { deleteServer } from '../delete-server.ts'
import { removePointer, setPointer } from '../steps/pointer.ts'
import type { WantedInterface } from '../wanted-interfaces.ts'
import type { PanelProof, ProofStage, ProofsOf } from './proof-stage.ts'
import { privateNetwork } from './server-proofs.ts'

const publicOne = { kind: 'public', versions: [4] } as const

/** The private interface of a server gives way to a public one. */
export const toPublicProofs: ProofsOf = async stage => [
  await proofOfChange(stage, without(removePointer), {
    before: { kind: 'of-network', networkUuid: await privateNetwork(stage) },
    after: publicOne,
  }),
]

/** The public interface of a server gives way to a private one. */
export const fromPublicProofs: ProofsOf = async stage => [
  await proofOfChange(stage, without(setPointer), {
    before: publicOne,
    after: { kind: 'of-network', networkUuid: await privateNetwork(stage) },
  }),
]

/** Whoever has a public interface and wants one keeps it: no change both sets and removes a pointer, and each proof leaves out one. */
function without(step: AnyStep<PanelWorld>): AnyAction<PanelWorld, Db> {
  const { definition } = changeInterfaces
  const steps = definition.steps.filter(other => other !== step)
  return { ...changeInterfaces, definition: { ...definition, steps } }
}

async function proofOfChange(
  { created, image, proof, nextOf }: ProofStage,
  action: AnyAction<PanelWorld, Db>,
  { before, after }: { readonly before: WantedInterface; readonly after: WantedInterface },
): Promise<PanelProof> {
  const target = await created({ volumes: [], interfaces: [before] })
  return proof(action, { ...target, interfaces: [after] }, image(), {
    rival: () => ({ action: deleteServer, input: target }),
    again: nextOf(target),
  })
}
