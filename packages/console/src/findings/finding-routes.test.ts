import type { TxId } from 'evenkeel'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeRecords, idNumber, operatorToken, serverWith } from '../console.fixture.ts'
import type { Comparison, Finding, FindingsQuery, FindingsSource } from './findings-source.ts'

let app: FastifyInstance
let source: FakeFindings
const asOperator = { authorization: `Bearer ${operatorToken}` }

/** Findings that remember what was asked and done. */
class FakeFindings implements FindingsSource {
  findings: Finding[] = []
  readonly queries: FindingsQuery[] = []
  readonly deeds: unknown[] = []
  comparingSinceMs: number | undefined
  isPossible = true

  async list(query: FindingsQuery): Promise<readonly Finding[]> {
    this.queries.push(query)
    return this.findings.slice(0, query.limit)
  }

  async find(id: number): Promise<Finding | undefined> {
    return this.findings.find(finding => finding.id === id)
  }

  async overview() {
    return { open: this.findings.length, repairing: 0 }
  }

  async comparisons(): Promise<readonly Comparison[]> {
    return [lastComparison]
  }

  compare(): void {
    this.comparingSinceMs = 5000
  }

  async remedy(...deed: [number, string, string]): Promise<{ actionId: TxId }> {
    this.deeds.push(['remedy', ...deed])
    return { actionId: idNumber(4) }
  }

  async dismiss(...deed: [number, { by: string; reason: string }]): Promise<boolean> {
    this.deeds.push(['dismiss', ...deed])
    return this.isPossible
  }
}

const lastComparison: Comparison = {
  startedAtMs: 1000,
  endedAtMs: 2000,
  compared: { server: 3 },
  othersCount: 0,
  found: { orphan: 0, missing: 0, drifted: 1, broken: 0 },
  exception: undefined,
}

function finding(given: Partial<Finding> = {}): Finding {
  return {
    id: 17,
    kind: 'drifted',
    objectKind: 'server',
    objectName: 'web-1',
    objectUuid: '3f0c',
    cloudId: 'vm-1',
    projectId: 'shop',
    field: 'flavor',
    what: "Server 'web-1' has 2 vCPUs at the cloud; its flavor flex-4-1 says 1.",
    remedies: [{ name: 'resize', label: 'Resize it', consequence: 'It is stopped and resized.' }],
    state: 'open',
    actionId: null,
    attempts: 0,
    lastReason: null,
    nextTryAtMs: null,
    firstSeenAtMs: 1000,
    lastSeenAtMs: 2000,
    settledAtMs: null,
    dismissedReason: null,
    dismissedBy: null,
    ...given,
  }
}

beforeEach(async () => {
  source = new FakeFindings()
  source.findings = [finding()]
  app = await serverWith(new FakeRecords(), { findings: source })
})
afterEach(() => app.close())

const get = (path: string) => app.inject({ url: `/console/api/${path}`, headers: asOperator })
const post = (path: string, payload?: object) =>
  app.inject({
    method: 'POST',
    url: `/console/api/${path}`,
    headers: asOperator,
    ...(payload && { payload }),
  })

describe('the list of findings', () => {
  it('is read page by page, in the states that are asked for', async () => {
    source.findings = [finding({ id: 9 }), finding({ id: 8 }), finding({ id: 7 })]

    const answer = await get('findings?state=unsettled&before=10&limit=2')

    expect(answer.json()).toMatchObject({ findings: [{ id: 9 }, { id: 8 }], before: 8 })
    expect(source.queries).toEqual([{ states: ['open', 'repairing'], before: 10, limit: 2 }])
  })

  it('has no next page after the last one', async () => {
    const answer = await get('findings')

    expect(answer.json()).toEqual({ findings: [finding()] })
    expect(source.queries).toEqual([{ limit: 50 }])
  })

  it.each([
    ['state=broken', { state: 'must be unsettled (open or repairing), open, repairing, repaired' }],
    ['before=soon', { before: 'must be the id of the last finding of the page before.' }],
    ['limit=0', { limit: 'must be a whole number from 1 to 200.' }],
    ['kind=orphan', { kind: 'is not known here: leave it out.' }],
  ])('refuses %s and names the field', async (query, fields) => {
    const answer = await get(`findings?${query}`)

    expect(answer.statusCode).toBe(400)
    const [[name, rule = '']] = Object.entries(fields) as [[string, string]]
    expect(answer.json().data.fields[name]).toContain(rule)
  })

  it('has each whole under its id', async () => {
    expect((await get('findings/17')).json()).toEqual(finding())
  })

  it.each(['18', '017', 'latest', '9999999999999999'])('has none with the id %s', async id => {
    const answer = await get(`findings/${id}`)

    expect(answer.statusCode).toBe(404)
    expect(answer.json().exception).toBe('NoSuchFindingException')
  })
})

describe('an operator', () => {
  it('has done what a finding offers, and is told the action', async () => {
    const answer = await post('findings/17/remedies/resize')

    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toEqual({ actionId: idNumber(4) })
    expect(source.deeds).toEqual([['remedy', 17, 'resize', 'ada']])
  })

  it('has nothing done that a finding does not offer', async () => {
    const answer = await post('findings/17/remedies/delete')

    expect(answer.statusCode).toBe(404)
    expect(answer.json().message).toBe('Finding 17 can\'t be remedied by "delete". Its remedies: resize.')
    expect(source.deeds).toEqual([])
  })

  it('dismisses a finding with a reason', async () => {
    const answer = await post('findings/17/dismiss', { reason: ' It is a test server. ' })

    expect(answer.statusCode).toBe(200)
    expect(answer.json().id).toBe(17)
    expect(source.deeds).toEqual([['dismiss', 17, { by: 'ada', reason: 'It is a test server' }]])
  })

  it.each([{}, { reason: ' ' }, { reason: 'no', by: 'ada' }])('dismisses nothing with %j', async body => {
    const answer = await post('findings/17/dismiss', body)

    expect(answer.statusCode).toBe(400)
    expect(source.deeds).toEqual([])
  })

  it.each([
    ['repairing', 'action A is repairing it'],
    ['repaired', 'action A has repaired it'],
    ['dismissed', 'it was dismissed'],
    ['passed', 'it was gone when it was looked for again'],
  ] as const)('does nothing about a finding that is %s', async (state, why) => {
    source.findings = [finding({ state, actionId: 'A' })]
    source.isPossible = false

    for (const answer of [
      await post('findings/17/remedies/resize'),
      await post('findings/17/dismiss', { reason: 'no' }),
    ]) {
      expect(answer.statusCode).toBe(409)
      expect(answer.json().message).toBe(`Nothing needs to be done about finding 17: ${why}.`)
    }
  })

  it('has records and cloud compared, and sees since when', async () => {
    expect((await get('reconciler')).json()).toEqual({ runs: [lastComparison] })

    const answer = await post('reconciler/run')

    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toEqual({ runningSinceMs: 5000, runs: [lastComparison] })
  })
})

describe('a console without findings', () => {
  it('has none of this', async () => {
    await app.close()
    app = await serverWith(new FakeRecords())

    for (const path of ['findings', 'findings/17', 'reconciler']) {
      expect((await get(path)).statusCode).toBe(404)
    }
  })
})
