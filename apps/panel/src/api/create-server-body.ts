import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import type { CreateServerRequest, CreateVolumeRequest } from '../actions/create-server.ts'
import type { WantedGroup } from '../actions/server-group-of.ts'
import type { WantedInterface } from '../actions/wanted-interfaces.ts'
import { findImage, flavors, type Image, images, zones } from '../catalogue.ts'
import { type VolumeType, volumesPerServerMax } from '../records/volumes.ts'
import { choice, hostName, isUnicode, notUnicode, text, truth, uuid, wholeNumber } from './fields.ts'
import type { NewObjectContext } from './new-object.ts'
import { interfacesField, wantedInterfaces } from './server-interfaces.ts'
import { tagsField } from './tags.ts'
import { notAValidChoice, validate, wrongField } from './validate.ts'

/** The server as it was asked for, where the network that a zone has by default may not be there yet. */
export type ParsedServer = Omit<CreateServerRequest, 'interfaces' | 'changingMs'> & {
  readonly interfaces: readonly (WantedInterface | { readonly kind: 'default-network' })[]
}

/** The fields that are lists: in a form, one alone is sent like a single value. */
export const createServerLists: readonly string[] = ['ssh_keys', 'server_groups', 'volumes', 'interfaces']

const volumeEntry = z
  .object({ size_gb: wholeNumber({ min: 1 }), type: choice(['ssd', 'bulk']).default('ssd') })
  .refine(({ size_gb, type }) => type === 'ssd' || size_gb % 100 === 0, {
    path: ['size_gb'],
    error: 'Bulk volumes come in steps of 100 GB.',
  })

const sshKey = text({ max: 16_384 }).regex(
  /^(ssh-[a-z0-9-]+|ecdsa-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]+=*( .*)?$/,
  'Must be a public SSH key in one line, such as ssh-ed25519 AAAA… name.',
)

export const createServerBody = z.object({
  name: hostName,
  flavor: choice(flavors.map(({ slug }) => slug)),
  image: text(),
  zone: choice(zones).optional(),
  volume_size_gb: wholeNumber({ min: 10 }).default(10),
  volumes: z.array(volumeEntry).default([]),
  bulk_volume_size_gb: wholeNumber({ min: 100, step: 100 }).optional(),
  interfaces: interfacesField.optional(),
  use_public_network: truth.optional(),
  use_private_network: truth.optional(),
  use_ipv6: truth.default(true),
  ssh_keys: z.array(sshKey).max(100, 'At most 100 keys can be given.').default([]),
  password: text().optional(),
  server_groups: z.array(uuid).default([]),
  anti_affinity_with: uuid.optional(),
  user_data: z
    .string()
    .max(65_535, 'Must have at most 65535 characters.')
    .refine(value => !value.includes('\0'), 'Must be a text, without zero bytes.')
    .refine(isUnicode, notUnicode)
    .optional(),
  tags: tagsField.default({}),
})

type CreateServerBody = z.output<typeof createServerBody>

/**
 * The server that a request's body asks for, with all that it leaves open decided.
 *
 * @throws {ValidationException} a field is missing or wrong
 */
export function parseCreateServer(value: unknown, context: NewObjectContext): ParsedServer {
  const body = validate(createServerBody, value)
  const zone = body.zone ?? context.defaultZone
  const image = imageIn(zone, body)
  return {
    uuid: context.newUuid(),
    projectId: context.projectId,
    name: body.name,
    zone,
    flavor: body.flavor,
    image,
    rootVolume: {
      uuid: context.newUuid(),
      name: `${body.name}-root`,
      sizeGb: body.volume_size_gb,
      type: 'ssd',
    },
    volumes: furtherVolumes(body, context),
    interfaces: interfacesOf(body),
    group: groupOf(body, context),
    sshKeys: body.ssh_keys,
    password: body.password === undefined ? undefined : new Secret(body.password),
    userData: body.user_data === undefined ? undefined : new Secret(body.user_data),
    tags: body.tags,
    createdAt: context.createdAt,
  }
}

function interfacesOf(body: CreateServerBody): ParsedServer['interfaces'] {
  const { interfaces, use_public_network: usePublic, use_private_network: usePrivate } = body
  const versions = body.use_ipv6 ? ([4, 6] as const) : ([4] as const)
  if (interfaces === undefined) {
    const wanted: ParsedServer['interfaces'][number][] = []
    if (usePublic !== false) wanted.push({ kind: 'public', versions })
    if (usePrivate === true) wanted.push({ kind: 'default-network' })
    if (wanted.length > 0) return wanted
    throw wrongField(
      'use_public_network',
      'A server needs at least one interface: give use_private_network, or interfaces, for one without the public network.',
    )
  }
  if (usePublic !== undefined || usePrivate !== undefined) {
    throw wrongField(
      'interfaces',
      'Must not be given together with use_public_network or use_private_network.',
    )
  }
  return wantedInterfaces(interfaces, versions)
}

function groupOf(
  { server_groups: groups, anti_affinity_with: serverUuid }: CreateServerBody,
  { newUuid }: NewObjectContext,
): WantedGroup | undefined {
  const [groupUuid, ...more] = new Set(groups)
  if (more.length > 0) throw wrongField('server_groups', 'A server can be in one server group only.')
  if (serverUuid === undefined) return groupUuid === undefined ? undefined : { kind: 'group', groupUuid }
  if (groupUuid === undefined) return { kind: 'apart-from', serverUuid, newGroupUuid: newUuid() }
  throw wrongField('anti_affinity_with', 'Must not be given together with server_groups, which replaces it.')
}

/** Whether the project has an image of its own that is called so is found out where nobody can delete it meanwhile. */
function imageIn(zone: string, body: CreateServerBody): string {
  const { image: slug } = body
  if (/^custom:./.test(slug)) return slug
  const customUuid = uuid.safeParse(slug)
  if (customUuid.success) return customUuid.data
  const image = findImage(slug)
  if (image?.zones.includes(zone)) {
    requireLogin(body, image)
    return slug
  }
  const choices = images.filter(({ zones }) => zones.includes(zone)).map(({ slug }) => slug)
  throw wrongField('image', notAValidChoice(slug, choices))
}

function requireLogin({ password, ssh_keys: sshKeys }: CreateServerBody, image: Image): void {
  if (password !== undefined && !image.allowsPassword) {
    throw wrongField('password', 'This image does not support password login. Give ssh_keys instead.')
  }
  if (password === undefined && sshKeys.length === 0 && image.needsLogin) {
    throw wrongField(
      'ssh_keys',
      'This field is required. Give at least one key, or a password: nobody could log in.',
    )
  }
}

function furtherVolumes(
  body: CreateServerBody,
  { newUuid }: NewObjectContext,
): readonly CreateVolumeRequest[] {
  const wanted: { size_gb: number; type: VolumeType }[] = [...body.volumes]
  const { bulk_volume_size_gb: bulkSizeGb } = body
  if (bulkSizeGb !== undefined) wanted.push({ size_gb: bulkSizeGb, type: 'bulk' })
  if (wanted.length + 1 > volumesPerServerMax) {
    throw wrongField(
      'volumes',
      `Due to internal limitations, it is currently not possible to attach more than ${volumesPerServerMax} volumes.`,
    )
  }
  return wanted.map(({ size_gb: sizeGb, type }, at) => ({
    uuid: newUuid(),
    name: `${body.name}-${type}-${at + 1}`,
    sizeGb,
    type,
  }))
}
