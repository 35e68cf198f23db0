import { prove } from 'evenkeel/testing'
import { median, report } from '../figure.ts'
import { furnish, furnishedWith, shelfWorld } from './shelf-world.ts'

const rounds = 3
const pairs = 1500

/** How many runs with faults a proof makes in the time that one waits for a test. */
export async function proofs(): Promise<void> {
  const runsIn5s: number[] = []
  await proveWith({ pairs: 100, seed: 0 }) // warms up
  for (let round = 1; round <= rounds; round++) {
    const startedAtMs = performance.now()
    const runs = await proveWith({ pairs, seed: round })
    const elapsedS = (performance.now() - startedAtMs) / 1000
    console.log(`proof ${round}: ${runs} fault runs in ${elapsedS.toFixed(2)} s`)
    runsIn5s.push((runs * 5) / elapsedS)
  }
  report({
    figure: 'fault runs that a proof of a 3-step action makes in 5 s',
    value: median(runsIn5s),
    unit: 'runs',
    aim: { atLeast: 1000 },
  })
}

/** How many runs with faults there were. A proof that finds something throws. */
async function proveWith(sample: { readonly pairs: number; readonly seed: number }): Promise<number> {
  const { runs } = await prove(furnish, {
    world: shelfWorld,
    input: { id: 'a' },
    usable({ database, objects }, ends) {
      const expected = ends.filter(({ kind }) => kind === 'succeeded').length
      const [recorded, there] = [database.read.records.sets, objects().length / furnishedWith]
      return recorded === expected && there === expected
        ? []
        : [`the shelf has ${there} sets, the records ${recorded}, and ${expected} were furnished`]
    },
    faults: 2,
    sample,
  })
  return runs.singles + runs.opened + runs.pairs
}
