import { certificateText, prove } from 'evenkeel/testing'
import { bookTrip } from './book-trip.ts'
import { tour } from './tour.ts'
import { tripProof } from './trip-proof.ts'

// One trip in each of some situations, and then the proof that it doesn't depend on which ones were thought of.
console.log('What became of each trip\n')
for (const { situation, end, cause, bookings } of await tour()) {
  console.log(
    `  ${situation.padEnd(32)}${end.padEnd(13)}${bookings.join(', ') || `nothing is left  (${cause})`}`,
  )
}

console.log('\nWhat a proof says of it\n')
const startedAtMs = performance.now()
const certificate = await prove(bookTrip, tripProof)
const { singles, opened, pairs } = certificate.runs
const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
console.log(certificateText(certificate).split('\n').slice(0, 5).join('\n'))
console.log(
  `\n${1 + singles + opened + pairs} runs took ${seconds} s. The whole certificate is in examples/booking/certificates.`,
)
