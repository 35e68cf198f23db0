import { expect, it } from 'vitest'
import { toyProof } from '../testing/prove/prove.fixture.ts'
import { prove } from '../testing/prove/prove.ts'
import { createAtOnce, createOrElse } from './branches.fixture.ts'

it.each([
  ['with branches, a sleep and a poll', createAtOnce],
  ['that goes another way when a branch fails', createOrElse],
])('An action %s withstands every fault at every point', async (_name, action) => {
  const certificate = await prove(action, toyProof)

  expect(certificate.runs.singles).toBeGreaterThan(90)
})
