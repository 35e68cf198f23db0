import { expect, it } from 'vitest'
import { toyProof } from '../testing/prove/prove.fixture.ts'
import { prove } from '../testing/prove/prove.ts'
import { createAtOnce } from './branches.fixture.ts'

it('An action with branches, a sleep and a poll withstands every fault at every point', async () => {
  const certificate = await prove(createAtOnce, toyProof)

  expect(certificate.runs.singles).toBeGreaterThan(100)
})
