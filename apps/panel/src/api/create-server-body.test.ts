import { ValidationException } from 'evenkeel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCreateServer } from './create-server-body.ts'

const minimal = { name: 'web', flavor: 'flex-4-2', image: 'debian-13', ssh_keys: ['ssh-ed25519 AAAA'] }
const someUuid = '6fe39134-bf41-4b58-a1d5-1b1c4c3a9f3e'
const parse = (body: unknown) => {
  let uuids = 0
  return parseCreateServer(body, {
    projectId: 'demo',
    defaultZone: 'rma1',
    createdAt: 'now',
    newUuid: () => `uuid-${uuids++}`,
  })
}
const fieldsOf = (more: object): unknown => {
  try {
    parse({ ...minimal, ...more })
  } catch (error) {
    if (error instanceof ValidationException) return error.data.fields
    throw error
  }
  return 'accepted'
}

describe('parseCreateServer', () => {
  it('decides everything that is left open', () => {
    expect(parse(minimal)).toEqual({
      uuid: 'uuid-0',
      projectId: 'demo',
      name: 'web',
      zone: 'rma1',
      flavor: 'flex-4-2',
      image: 'debian-13',
      rootVolume: { uuid: 'uuid-1', name: 'web-root', sizeGb: 10, type: 'ssd' },
      volumes: [],
      interfaces: [{ kind: 'public', versions: [4, 6] }],
      group: undefined,
      sshKeys: ['ssh-ed25519 AAAA'],
      password: undefined,
      userData: undefined,
      tags: {},
      createdAt: 'now',
    })
  })

  it('takes null for "not given", and ignores what it does not know', () => {
    const nulls = {
      zone: null,
      volumes: null,
      password: null,
      tags: null,
      server_groups: null,
      colour: 'red',
    }

    expect(parse({ ...minimal, ...nulls })).toEqual(parse(minimal))
  })

  it('adds the deprecated bulk volume behind the further ones', () => {
    const { volumes } = parse({ ...minimal, volumes: [{ size_gb: 1 }], bulk_volume_size_gb: 300 })

    expect(volumes).toMatchObject([
      { name: 'web-ssd-1', sizeGb: 1, type: 'ssd' },
      { name: 'web-bulk-2', sizeGb: 300, type: 'bulk' },
    ])
  })

  const publicOne = { kind: 'public', versions: [4, 6] }
  const ofSubnet = (address?: string) => ({
    kind: 'of-subnets',
    networkUuid: undefined,
    addresses: [{ subnetUuid: someUuid, address }],
  })
  it.each([
    [{}, [publicOne]],
    [{ use_public_network: true, use_private_network: false }, [publicOne]],
    [{ use_ipv6: false }, [{ kind: 'public', versions: [4] }]],
    [{ use_private_network: true }, [publicOne, { kind: 'default-network' }]],
    [{ use_public_network: false, use_private_network: true }, [{ kind: 'default-network' }]],
    [{ interfaces: [{ network: 'public' }] }, [publicOne]],
    [
      { interfaces: [{ network: 'public', addresses: [] }], use_ipv6: false },
      [{ kind: 'public', versions: [4] }],
    ],
    [
      { interfaces: [{ network: someUuid.toUpperCase() }, { network: 'public' }] },
      [{ kind: 'of-network', networkUuid: someUuid }, publicOne],
    ],
    [{ interfaces: [{ addresses: [{ subnet: someUuid }] }] }, [ofSubnet()]],
    [
      { interfaces: [{ addresses: [{ subnet: someUuid, address: '192.168.42.242' }] }] },
      [ofSubnet('192.168.42.242')],
    ],
    [{ interfaces: [{ network: null, addresses: [{ subnet: someUuid, address: null }] }] }, [ofSubnet()]],
    [
      { interfaces: [{ network: someUuid, addresses: [] }] },
      [{ kind: 'of-subnets', networkUuid: someUuid, addresses: [] }],
    ],
    [
      { interfaces: [{ network: someUuid, addresses: null }] },
      [{ kind: 'of-network', networkUuid: someUuid }],
    ],
  ])('reads the interfaces of %j', (more, interfaces) => {
    expect(parse({ ...minimal, ...more }).interfaces).toEqual(interfaces)
  })

  it('takes one server group, or a server to be kept apart from', () => {
    expect(parse({ ...minimal, server_groups: [someUuid, someUuid.toUpperCase()] }).group).toEqual({
      kind: 'group',
      groupUuid: someUuid,
    })
    expect(parse({ ...minimal, anti_affinity_with: someUuid }).group).toEqual({
      kind: 'apart-from',
      serverUuid: someUuid,
      newGroupUuid: 'uuid-2',
    })
  })

  it('takes neither key nor password for an image that is set up by its user data', () => {
    expect(fieldsOf({ image: 'flatcar-stable', ssh_keys: [], user_data: '{}' })).toBe('accepted')
    expect(fieldsOf({ ssh_keys: [], password: 'hunter22' })).toBe('accepted')
  })

  it.each([
    [{ name: undefined }, { name: 'This field is required.' }],
    [{ name: null }, { name: 'This field is required.' }],
    [{ flavor: undefined }, { flavor: 'This field is required.' }],
    [{ zone: null, flavor: null }, { flavor: 'This field is required.' }],
    [{ name: 7 }, { name: 'Must be a text.' }],
    [{ name: 'two words' }, { name: expect.stringContaining('Must be a host name') }],
    [{ name: `${'a'.repeat(64)}.example.com` }, { name: expect.stringContaining('labels of 1 to 63') }],
    [
      { flavor: 'flex-1' },
      { flavor: expect.stringContaining('"flex-1" is not a valid choice. Choose one of flex-') },
    ],
    [{ flavor: ['flex-4-2'] }, { flavor: expect.stringContaining('is not a valid choice') }],
    [{ zone: 'zrh1' }, { zone: '"zrh1" is not a valid choice. Choose one of rma1, lpg1.' }],
    [
      { image: 'windows' },
      { image: expect.stringContaining('"windows" is not a valid choice. Choose one of') },
    ],
    [{ volume_size_gb: 9 }, { volume_size_gb: 'Must be a whole number from 10 to 1000000.' }],
    [{ volume_size_gb: 10.5 }, { volume_size_gb: 'Must be a whole number from 10 to 1000000.' }],
    [{ volume_size_gb: 'big' }, { volume_size_gb: 'Must be a whole number from 10 to 1000000.' }],
    [{ volumes: 'big' }, { volumes: 'Must be a list.' }],
    [{ volumes: [{}] }, { 'volumes[0].size_gb': 'This field is required.' }],
    [{ volumes: [{ size_gb: 0 }] }, { 'volumes[0].size_gb': 'Must be a whole number from 1 to 1000000.' }],
    [
      { volumes: [{ size_gb: 150, type: 'bulk' }] },
      { 'volumes[0].size_gb': 'Bulk volumes come in steps of 100 GB.' },
    ],
    [
      { volumes: [{ size_gb: 1, type: 'tape' }] },
      { 'volumes[0].type': expect.stringContaining('Choose one of ssd, bulk') },
    ],
    [
      { volumes: Array(128).fill({ size_gb: 1 }) },
      {
        volumes: 'Due to internal limitations, it is currently not possible to attach more than 128 volumes.',
      },
    ],
    [{ bulk_volume_size_gb: 150 }, { bulk_volume_size_gb: expect.stringContaining('in steps of 100') }],
    [{ use_ipv6: 'perhaps' }, { use_ipv6: 'Must be true or false.' }],
    [{ ssh_keys: [] }, { ssh_keys: expect.stringContaining('This field is required.') }],
    [{ ssh_keys: ['my key'] }, { 'ssh_keys[0]': expect.stringContaining('public SSH key') }],
    [{ ssh_keys: ['ssh-rsa AAAA\nssh-rsa BBBB'] }, { 'ssh_keys[0]': expect.stringContaining('line breaks') }],
    [{ ssh_keys: [null] }, { 'ssh_keys[0]': 'Must be a text.' }],
    [
      { image: 'flatcar-stable', password: 'hunter22' },
      { password: expect.stringContaining('This image does not support password login') },
    ],
    [{ server_groups: ['blue'] }, { 'server_groups[0]': 'Must be a valid UUID.' }],
    [{ anti_affinity_with: 'blue' }, { anti_affinity_with: 'Must be a valid UUID.' }],
    [
      { interfaces: [{ network: 'lan' }] },
      { 'interfaces[0].network': expect.stringContaining('Must be a valid UUID.') },
    ],
    [
      { interfaces: [{ addresses: [{ subnet: 'lan' }] }] },
      { 'interfaces[0].addresses[0].subnet': 'Must be a valid UUID.' },
    ],
    [{ interfaces: [{}] }, { 'interfaces[0]': expect.stringContaining('Must name a network') }],
    [{ interfaces: [] }, { interfaces: expect.stringContaining('at least one interface') }],
    [
      { interfaces: Array(17).fill({ network: 'public' }) },
      { interfaces: 'At most 16 interfaces can be given.' },
    ],
    [
      { interfaces: [{ network: 'public', addresses: [{ subnet: someUuid }] }] },
      { 'interfaces[0].addresses': expect.stringContaining('Public addresses are chosen by this panel') },
    ],
    [
      { interfaces: [{ addresses: [{ subnet: someUuid, address: '10.0.0' }] }] },
      { 'interfaces[0].addresses[0].address': 'Enter a valid IP address.' },
    ],
    [
      { interfaces: [{ network: someUuid, addresses: [{}] }] },
      { 'interfaces[0].addresses[0].subnet': 'This field is required.' },
    ],
    [
      { server_groups: [someUuid, '7fe39134-bf41-4b58-a1d5-1b1c4c3a9f3e'] },
      { server_groups: 'A server can be in one server group only.' },
    ],
    [
      { server_groups: [someUuid], anti_affinity_with: someUuid },
      { anti_affinity_with: expect.stringContaining('together with server_groups') },
    ],
    [
      { interfaces: [{ network: 'public' }], use_public_network: true },
      { interfaces: expect.stringContaining('together with') },
    ],
    [
      { use_public_network: false },
      { use_public_network: expect.stringContaining('at least one interface') },
    ],
    [{ tags: { env: 1 } }, { 'tags.env': 'A tag value must be a text.' }],
    [{ tags: { 'a=b': '' } }, { 'tags.a=b': 'A tag key must not contain =.' }],
    [{ tags: ['env'] }, { tags: 'Must be an object.' }],
    [{ tags: 'env' }, { tags: 'Must be an object.' }],
  ])('refuses %j', (more, fields) => {
    expect(fieldsOf(more)).toEqual(fields)
  })

  it.each([undefined, null, 7, 'web', [], [minimal]])('refuses the body %j as a whole', body => {
    expect(() => parse(body)).toThrow(ValidationException)
  })

  it('throws nothing but what names a field, whatever it is given', () => {
    const anyBody = fc.oneof(
      fc.anything(),
      fc.record(
        Object.fromEntries(
          [
            ...Object.keys(minimal),
            'zone',
            'volume_size_gb',
            'volumes',
            'bulk_volume_size_gb',
            'interfaces',
            'use_public_network',
            'use_ipv6',
            'password',
            'server_groups',
            'user_data',
            'tags',
          ].map(name => [name, fc.anything()]),
        ),
        { requiredKeys: [] },
      ),
    )

    fc.assert(
      fc.property(anyBody, body => {
        try {
          parse(body)
        } catch (error) {
          expect(error).toBeInstanceOf(ValidationException)
          const { fields } = (error as ValidationException).data
          expect(Object.keys(fields).length).toBeGreaterThan(0)
          for (const message of Object.values(fields)) expect(message).toMatch(/^\S.*\.$/s)
        }
      }),
    )
  })

  it('accepts one wrong field in an otherwise right body only if it is right after all', () => {
    const anyField = fc.tuple(
      fc.constantFrom(
        'name',
        'flavor',
        'image',
        'zone',
        'volume_size_gb',
        'volumes',
        'ssh_keys',
        'use_ipv6',
        'tags',
      ),
      fc.anything(),
    )

    fc.assert(
      fc.property(anyField, ([name, value]) => {
        const outcome = fieldsOf({ [name]: value })
        if (outcome !== 'accepted') {
          expect(Object.keys(outcome as object).every(path => path.startsWith(name))).toBe(true)
        }
      }),
    )
  })
})
