import { expect, it } from 'vitest'
import { toyProof } from '../testing/prove/prove.fixture.ts'
import { prove } from '../testing/prove/prove.ts'
import { createAtOnce } from './branches.fixture.ts'

it('An action with branches, a sleep and a poll withstands any two faults that meet', async () => {
  const certificate = await prove(createAtOnce, { ...toyProof, faults: 2 })

  expect(certificate.runs.pairs).toBeGreaterThan(1_000)
})
