import { matchCertificate, prove } from 'evenkeel/testing'
import { describe, it } from 'vitest'
import { panelProofs } from './panel-proofs.ts'

describe('every action of the panel ends in a usable state, with one fault at any point', async () => {
  for (const { action, options } of await panelProofs()) {
    it(action.name, { timeout: 300_000 }, async () => {
      matchCertificate(await prove(action, options), new URL('./certificates/', import.meta.url))
    })
  }
})
