import { expect, it } from 'vitest'
import { toyProof } from '../testing/prove/prove.fixture.ts'
import { prove } from '../testing/prove/prove.ts'
import { createAtOnce, createOrElse } from './branches.fixture.ts'

it.each([
  ['with branches, a sleep and a poll', createAtOnce],
  ['that goes another way when a branch fails', createOrElse],
])('An action %s withstands any two faults that meet', async (_name, action) => {
  const certificate = await prove(action, { ...toyProof, faults: 2 })

  expect(certificate.runs.pairs).toBeGreaterThan(1_000)
})
