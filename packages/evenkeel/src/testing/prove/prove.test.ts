import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  action,
  createThing,
  makeBox,
  makeDisk,
  makePort,
  makes,
  removes,
  step,
  type ToyWorld,
} from '../../actions/actions.fixture.ts'
import type { Certificate } from './certificate.ts'
import { ProofFailedError } from './finding.ts'
import { CertificateChangedError, matchCertificate } from './match-certificate.ts'
import { toyProof, toyProofWorld } from './prove.fixture.ts'
import { prove } from './prove.ts'

/** A thing that is made with another box step, or another definition altogether. */
function thingWith(changed: Partial<typeof createThing.definition>) {
  return action('thing.create', { ...createThing.definition, ...changed })
}

function thingWithBox(changed: Partial<typeof makeBox.definition>) {
  const box = step('box.make', { ...makeBox.definition, ...changed } as typeof makeBox.definition & {
    idempotent?: never
  })
  return thingWith({
    steps: [makePort, makeDisk, box],
    async run({ thing }, { step: perform }) {
      await perform(makePort, { thing })
      await perform(makeDisk, { thing })
      const made = await perform(box as typeof makeBox, { thing })
      return { box: made.id }
    },
  })
}

async function findingsOf(
  proved: typeof createThing,
  options: Partial<typeof toyProof> = {},
): Promise<string> {
  try {
    await prove(proved, { ...toyProof, ...options })
  } catch (thrown) {
    if (thrown instanceof ProofFailedError) return thrown.message
    throw thrown
  }
  return ''
}

describe('a proof', () => {
  it('shows that a right action withstands every fault at every point', async () => {
    const certificate = await prove(createThing, toyProof)

    expect(certificate.points.do).toEqual(['port.make.do', 'disk.make.do', 'box.make.do'])
    expect(certificate.points.undo).toEqual(['port.make.undo', 'disk.make.undo', 'box.make.undo'])
    expect(certificate.points.find).toEqual(['port.make.find', 'disk.make.find', 'box.make.find'])
    expect(certificate.runs.singles).toBeGreaterThan(70)
    expect(certificate.ends.succeeded).toBeGreaterThan(50)
    expect(certificate.ends.rolledBack).toBeGreaterThan(50)
  })

  it('shows the same each time', async () => {
    expect(await prove(createThing, toyProof)).toEqual(await prove(createThing, toyProof))
  })

  it('takes pairs whose second fault strikes on the way that the first opened, and spares equal states', async () => {
    const certificate = await prove(createThing, { ...toyProof, faults: 2, sample: { pairs: 100, seed: 7 } })

    expect(certificate.runs.pairs).toBe(100)
    expect(certificate.runs.sparedPairs).toBeGreaterThan(500)
  })

  describe('finds', () => {
    it('an undo that does nothing, and leads to it', async () => {
      const found = await findingsOf(thingWithBox({ undo: async () => {} }))

      expect(found).toMatch(
        /thing\.create\/box\.make\.intent\/cancel\n {2}- box-\d is left behind: box\.make made it, and the action was rolled back\./,
      )
      expect(found).toMatch(
        /The undo of box\.make \(.*prove\.test\.ts:\d+\) ran, and ended as if it were gone/,
      )
    })

    it('an undo that never works', async () => {
      const undo = async () => {
        throw new TypeError('this undo has a bug')
      }

      expect(await findingsOf(thingWithBox({ undo }))).toMatch(
        /box\.make \(.*\) became residue, though no fault lasts: .*this undo has a bug/,
      )
    })

    it('a find that sees nothing', async () => {
      expect(await findingsOf(thingWithBox({ find: async () => [] }))).toMatch(
        /box\.make\.do\/lose-answer\n {2}- box-\d is left behind/,
      )
    })

    it('an undo that removes what belongs to others', async () => {
      const undo = async ({ id }: { id: string }, { world }: { world: ToyWorld }) => {
        await world.remove(id)
        await world.remove('port-0')
      }

      expect(await findingsOf(thingWithBox({ undo }))).toMatch(
        /port-0 is gone, which was there before and is not this action's to remove/,
      )
    })

    it('a do that makes things without its key', async () => {
      const withoutKey: typeof makeBox.definition.do = async (_input, { world }) => {
        const { id } = await world.create('box', 'a-key-of-its-own')
        return { id }
      }

      expect(await findingsOf(thingWithBox({ do: withoutKey }))).toMatch(
        /its key "a-key-of-its-own" is none of a step: put context\.key on everything that is made/,
      )
    })

    it('an end that forgets the records of what was rolled back', async () => {
      const found = await findingsOf(
        thingWith({
          async onEnd(end, { thing }, db) {
            if (end.kind === 'succeeded') db.records.things[thing] = 'ready'
          },
        }),
      )

      expect(found).toMatch(/\/cancel\n {2}- the records say {"a":"changing"}, and not {}/)
    })

    it('a step that is undone by hand in a catch, where an interruption can not be seen', async () => {
      const unregistered = thingWith({
        steps: [
          step('box.make', { ...makeBox.definition, undo: 'nothing' } as typeof makeBox.definition & {
            idempotent?: never
          }),
          removes('box'),
          makePort,
        ],
        async run({ thing }, { step: perform }) {
          const [make] = unregistered.definition.steps
          const box = await perform(make as typeof makeBox, { thing })
          try {
            await perform(makePort, { thing })
          } catch (thrown) {
            await perform(removes('box'), { id: box.id })
            throw thrown
          }
          return { box: box.id }
        },
      })

      expect(await findingsOf(unregistered)).toMatch(
        /is left behind: box\.make made it, and the action was rolled back\. box\.make \(.*\) has undo: 'nothing'/,
      )
    })

    it('late effects, where nobody looks out for them', async () => {
      expect(await findingsOf(createThing, { watchMs: 0 })).toMatch(
        /\.do\/(late-effect|late-duplicate|crash)\n/,
      )
    })

    it('a step that no run comes to', async () => {
      const found = await findingsOf(thingWith({ steps: [...createThing.definition.steps, makes('wheel')] }))

      expect(found).toMatch(
        /thing\.create\/wheel\.make\n {2}- no run called do or undo or find of wheel\.make \(.*\): give an input/,
      )
    })

    it('a state in which the next action does not work', async () => {
      const once = thingWith({
        async admit(request, db) {
          if (db.records.ends.length > 0) throw new TypeError('only once')
          return createThing.definition.admit(request, db, { actionId: '' as never, nowMs: 0 })
        },
      })

      expect(await findingsOf(once)).toMatch(
        /the again action was not admitted: InternalException: .*only once/,
      )
    })

    it('an action that fails without any fault', async () => {
      const broken = thingWith({ run: async () => Promise.reject(new TypeError('never worked')) })

      expect(await findingsOf(broken)).toMatch(/thing\.create without a fault\n {2}- .*never worked/)
    })
  })

  it('looks into one finding alone, and tells the way that the run took', async () => {
    const wrong = thingWithBox({ undo: async () => {} })

    const found = await findingsOf(wrong, { only: 'thing.create/box.make.done/cancel' } as never)

    expect(found).toMatch(/is not proved: one run does not end/)
    expect(found).toMatch(/the run came to: admission, started, port\.make\.intent, port\.make\.do/)
  })

  it('says when a point of a finding is not reached', async () => {
    expect(await findingsOf(createThing, { only: 'thing.create/wheel.do/refuse' } as never)).toMatch(
      /the run never came to wheel\.do/,
    )
  })

  it('says how the name of a finding looks', async () => {
    await expect(prove(createThing, { ...toyProof, only: 'thing.create/port.make.do' })).rejects.toThrow(
      /is no fault at a point: write <point>\/<fault>/,
    )
  })

  it('lets the deadline pass at each step, where the action has one', async () => {
    const certificate = await prove(thingWith({ deadlineMs: 3_600_000 }), toyProof)

    expect(certificate.faultsAt.do).toContain('deadline')
    expect((await prove(createThing, toyProof)).faultsAt.do).not.toContain('deadline')
  })

  it('works on a world that was made for each run, and disposes of it', async () => {
    let open = 0
    let made = 0
    await prove(createThing, {
      ...toyProof,
      world(clock) {
        open++
        made++
        return { ...toyProofWorld(clock), dispose: () => void open-- }
      },
    })

    expect(made).toBeGreaterThan(100)
    expect(open).toBe(0)
  })
})

describe('a step that changes something', () => {
  const turn = step('switch.turn', {
    idempotent: true,
    input: z.object({ thing: z.string() }),
    output: z.null(),
    async do({ thing }, { world }) {
      await world.turn(thing, true)
      return null
    },
    undo: async (_output, { world, input }) => world.turn(input.thing, false),
  })
  const turnOn = thingWith({
    steps: [turn, makeBox],
    async run({ thing }, { step: perform }) {
      await perform(turn, { thing })
      return { box: (await perform(makeBox, { thing })).id }
    },
  })

  it('is proved by what the application says is usable', async () => {
    const certificate = await prove(turnOn, {
      ...toyProof,
      usable(around, ends) {
        const isOn = around.world.switches.get('a') ?? false
        const isExpected = ends.some(({ kind }) => kind === 'succeeded')
        return isOn === isExpected ? [] : [`the switch is ${isOn ? 'on' : 'off'}`]
      },
    })

    expect(certificate.points.undo).toEqual(['switch.turn.undo', 'box.make.undo'])
  })
})

describe('a certificate', () => {
  const certificate: Certificate = {
    format: 1,
    action: 'thing.create',
    version: 1,
    faults: 1,
    points: { do: ['box.do'] },
    faultsAt: { do: ['refuse'] },
    runs: { singles: 1, opened: 0, pairs: 0, sparedPairs: 0, notApplicable: 0 },
    ends: { succeeded: 1, rolledBack: 1, notAdmitted: 0 },
  }

  it('is kept with a page to read, and matches itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-certificates-'))
    try {
      matchCertificate(certificate, folder, { accepts: true })
      matchCertificate(certificate, folder, { accepts: false })

      expect(readFileSync(join(folder, 'thing.create.md'), 'utf8')).toContain('| do | `box.do` | refuse |')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('says what is different', () => {
    const folder = mkdtempSync(join(tmpdir(), 'evenkeel-certificates-'))
    try {
      expect(() => matchCertificate(certificate, folder, { accepts: false })).toThrow(CertificateChangedError)
      writeFileSync(
        join(folder, 'thing.create.json'),
        JSON.stringify({ ...certificate, ends: { ...certificate.ends, succeeded: 2 } }),
      )

      expect(() => matchCertificate(certificate, folder, { accepts: false })).toThrow(
        /ends\.succeeded was 2 and is 1\. If that is meant, run the test again with CERTIFY=1/,
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
