import { matchCertificate, type ProofWorld, type ProveOptions } from 'evenkeel/testing'
import { describe, it } from 'vitest'
import { type ProofsOf, prepared, proved } from './proof-stage.ts'

/**
 * Proves every action of a kind of resource with one fault at any point: a whole test file.
 *
 * @example
 * proveEach('servers', serverProofs)
 */
export function proveEach(
  kind: string,
  proofsOf: ProofsOf,
  /** The folder of certificates: of its own where actions are proved that have one elsewhere. @default none */
  { certificates = '' }: { readonly certificates?: string } = {},
): void {
  describe(`every action on ${kind} ends in a usable state, with one fault at any point`, async () => {
    for (const proof of await prepared(proofsOf)) {
      it(proof.action.name, { timeout: 300_000 }, async () => {
        matchCertificate(await proved(proof), new URL(`./certificates/${certificates}`, import.meta.url))
      })
    }
  })
}

type Sample = ProveOptions<unknown, unknown, object, ProofWorld<unknown, object>>['sample'] & object

/** The same with two faults that meet in one run: all pairs of the actions that are named, and a sample of the others'. */
export function proveEachInPairs(
  kind: string,
  proofsOf: ProofsOf,
  { whole, sample }: { readonly whole: readonly string[]; readonly sample: Sample },
): void {
  describe(`every action on ${kind} ends in a usable state, with two faults`, async () => {
    for (const proof of await prepared(proofsOf)) {
      const { name } = proof.action
      const isWhole = whole.includes(name)
      it(`${name}: ${isWhole ? 'all pairs' : `${sample.pairs} pairs`}`, {
        timeout: 3_600_000,
      }, async () => {
        const certificate = await proved(proof, { faults: 2, ...(isWhole ? {} : { sample }) })
        matchCertificate(certificate, new URL('./certificates/pairs/', import.meta.url))
      })
    }
  })
}
