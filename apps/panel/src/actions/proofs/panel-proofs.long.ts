import { matchCertificate, prove } from 'evenkeel/testing'
import { describe, it } from 'vitest'
import { panelProofs } from './panel-proofs.ts'

const inAllPairs = ['server.create', 'server.delete']
const sample = { pairs: 300, seed: 20_261_122 }

describe('every action of the panel ends in a usable state, with two faults', async () => {
  for (const { action, options } of await panelProofs()) {
    const isWhole = inAllPairs.includes(action.name)
    it(`${action.name}: ${isWhole ? 'all pairs' : `${sample.pairs} pairs`}`, {
      timeout: 3_600_000,
    }, async () => {
      const certificate = await prove(action, { ...options, faults: 2, ...(isWhole ? {} : { sample }) })
      matchCertificate(certificate, new URL('./certificates/pairs/', import.meta.url))
    })
  }
})
