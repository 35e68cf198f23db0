import { BadClientRequestException, ValidationException } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OnlyOneAttributeException } from './only-one-attribute.ts'
import { parseCreateVolume, parsePatchVolume, parseRevert } from './volume-body.ts'

const server = '47cec963-fcd2-482f-bdb6-24461b2d47b1'
const snapshot = '3c1f7a52-6d0e-4b1b-9a43-1f0c8e5d7b90'
const context = {
  projectId: 'demo',
  defaultZone: 'lpg1',
  createdAt: '2026-11-22T01:20:41.285018Z',
  newUuid: () => 'new',
}
const create = (body: unknown) => parseCreateVolume(body, context)

/** What is said of the first wrong field. */
function wrong(work: () => unknown): string {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof ValidationException) return Object.entries(thrown.data.fields)[0]?.join(': ') ?? ''
    throw thrown
  }
  return 'nothing'
}

describe('parseCreateVolume', () => {
  it('decides what is left open', () => {
    expect(create({ name: 'data', size_gb: 50 })).toEqual({
      uuid: 'new',
      projectId: 'demo',
      name: 'data',
      content: { kind: 'empty', sizeGb: 50, type: 'ssd', zone: 'lpg1' },
      server: undefined,
      tags: {},
      createdAt: context.createdAt,
    })
  })

  it('leaves to the snapshot what a copy is like', () => {
    const { content } = create({ name: 'copy', volume_snapshot_uuid: snapshot })

    expect(content).toEqual({ kind: 'copy', snapshotUuid: snapshot })
  })

  it('takes the server by either name, and by both if they say the same', () => {
    const reference = (body: object) => create({ name: 'data', size_gb: 1, ...body }).server

    expect(reference({ servers: [server] })).toEqual({ uuid: server, path: 'servers[0]' })
    expect(reference({ server_uuids: [server] })).toEqual({ uuid: server, path: 'server_uuids[0]' })
    expect(reference({ servers: [server], server_uuids: [server] })).toMatchObject({ uuid: server })
    expect(reference({ servers: [], server_uuids: null })).toBeUndefined()
  })

  it('says which field is wrong, and why', () => {
    const saysOf = (body: object) => wrong(() => create(body))

    expect(saysOf({})).toBe('name: This field is required.')
    expect(saysOf({ name: 'data' })).toBe('size_gb: This field is required.')
    expect(saysOf({ name: 'data', size_gb: 0 })).toMatch(/^size_gb: Must be a whole number from 1/)
    expect(saysOf({ name: 'data', size_gb: 1, type: 'tape' })).toMatch(/^type: .* is not a valid choice/)
    expect(saysOf({ name: 'data', volume_snapshot_uuid: 'x' })).toBe(
      'volume_snapshot_uuid: Must be a valid UUID.',
    )
    expect(saysOf({ name: 'data', size_gb: 1, servers: ['x'] })).toBe('servers[0]: Must be a valid UUID.')
    expect(saysOf({ name: 'data', size_gb: 1, servers: [server, snapshot] })).toBe(
      'servers: A volume can be attached to one server at a time.',
    )
    expect(saysOf({ name: 'data', size_gb: 1, servers: [server], server_uuids: [] })).toMatch(
      /^servers: Must be the same as server_uuids/,
    )
  })
})

describe('parsePatchVolume', () => {
  it('finds the one thing that changes', () => {
    expect(parsePatchVolume({ size_gb: 20 })).toEqual({ kind: 'size', sizeGb: 20 })
    expect(parsePatchVolume({ name: 'new' })).toEqual({ kind: 'labels', labels: { name: 'new' } })
    expect(parsePatchVolume({ tags: {} })).toEqual({ kind: 'labels', labels: { tags: {} } })
    expect(parsePatchVolume({ servers: [server] })).toMatchObject({
      kind: 'attach',
      server: { uuid: server },
    })
    expect(parsePatchVolume({ servers: [] })).toEqual({ kind: 'detach' })
    expect(parsePatchVolume({ server_uuids: [] })).toEqual({ kind: 'detach' })
    expect(parsePatchVolume({ servers: null, zone: 'rma1' })).toEqual({ kind: 'labels', labels: {} })
  })

  it('refuses two, before it looks at their values', () => {
    expect(() => parsePatchVolume({ name: '', size_gb: -1 })).toThrow(OnlyOneAttributeException)
    expect(() => parsePatchVolume({ servers: [], server_uuids: [] })).toThrow('Only one attribute')
  })
})

describe('the bodies of volumes', () => {
  it("throw nothing but what is the client's fault, whatever is sent", () => {
    const fields = [
      'name',
      'size_gb',
      'type',
      'zone',
      'servers',
      'server_uuids',
      'volume_snapshot_uuid',
      'tags',
    ]
    const anyBody = fc.oneof(
      fc.anything(),
      fc.dictionary(fc.constantFrom(...fields, 'snapshot'), fc.anything()),
    )

    fc.assert(
      fc.property(anyBody, fc.constantFrom(create, parsePatchVolume, parseRevert), (body, parse) => {
        try {
          parse(body)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(BadClientRequestException)
        }
      }),
    )
  })
})
