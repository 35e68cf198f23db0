import { Secret } from 'evenkeel/actions'
import { z } from 'zod'
import type { CreateServerRequest, CreateVolumeRequest } from '../actions/create-server.ts'
import { findImage, flavors, type Image, images, zones } from '../catalogue.ts'
import type { VolumeType } from '../records/volumes.ts'
import { choice, hostName, text, truth, uuid, wholeNumber } from './fields.ts'
import { tagsField } from './tags.ts'
import { notAValidChoice, notAvailableYet, validate, wrongField } from './validate.ts'

/** What the panel decides for a new server, and not its owner. */
export interface NewServerContext {
  readonly projectId: string
  readonly defaultZone: string
  readonly createdAt: string
  newUuid(): string
}

/** The fields that are lists: in a form, one alone is sent like a single value. */
export const createServerLists: readonly string[] = ['ssh_keys', 'server_groups', 'volumes', 'interfaces']

const volumeEntry = z
  .object({ size_gb: wholeNumber({ min: 1 }), type: choice(['ssd', 'bulk']).default('ssd') })
  .refine(({ size_gb, type }) => type === 'ssd' || size_gb % 100 === 0, {
    path: ['size_gb'],
    error: 'Bulk volumes come in steps of 100 GB.',
  })

const interfaceEntry = z.object({
  network: z.string().optional(),
  addresses: z.array(z.object({ subnet: z.string().optional(), address: z.string().optional() })).optional(),
})

const sshKey = text({ max: 16_384 }).regex(
  /^(ssh-[a-z0-9-]+|ecdsa-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]+=*( .*)?$/,
  'Must be a public SSH key in one line, such as ssh-ed25519 AAAA… name.',
)

const createServerBody = z.object({
  name: hostName,
  flavor: choice(flavors.map(({ slug }) => slug)),
  image: z.string(),
  zone: choice(zones).optional(),
  volume_size_gb: wholeNumber({ min: 10 }).default(10),
  volumes: z.array(volumeEntry).default([]),
  bulk_volume_size_gb: wholeNumber({ min: 100, step: 100 }).optional(),
  interfaces: z.array(interfaceEntry).optional(),
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
    .optional(),
  tags: tagsField.default({}),
})

type CreateServerBody = z.output<typeof createServerBody>

/**
 * The server that a request's body asks for, with all that it leaves open decided.
 *
 * @throws {ValidationException} a field is missing or wrong
 * @throws {FieldNotAvailableException} a field asks for what this panel does not offer yet
 */
export function parseCreateServer(value: unknown, context: NewServerContext): CreateServerRequest {
  const body = validate(createServerBody, value)
  refuseWhatComesLater(body)
  requirePublicInterface(body)
  const image = imageIn(body)
  requireLogin(body, image)
  return {
    uuid: context.newUuid(),
    projectId: context.projectId,
    name: body.name,
    zone: body.zone ?? context.defaultZone,
    flavor: body.flavor,
    image: image.slug,
    rootVolume: {
      uuid: context.newUuid(),
      name: `${body.name}-root`,
      sizeGb: body.volume_size_gb,
      type: 'ssd',
    },
    volumes: furtherVolumes(body, context),
    useIpv6: body.use_ipv6,
    sshKeys: body.ssh_keys,
    password: body.password === undefined ? undefined : new Secret(body.password),
    userData: body.user_data === undefined ? undefined : new Secret(body.user_data),
    tags: body.tags,
    createdAt: context.createdAt,
  }
}

function refuseWhatComesLater(body: CreateServerBody): void {
  if (body.use_private_network === true) {
    throw notAvailableYet('use_private_network', 'Private networks')
  }
  if (body.server_groups.length > 0) throw notAvailableYet('server_groups', 'Server groups')
  if (body.anti_affinity_with !== undefined) {
    throw notAvailableYet('anti_affinity_with', 'Server groups')
  }
}

/** Until there are private networks, every server has exactly one interface, the public one. */
function requirePublicInterface(body: CreateServerBody): void {
  const { interfaces, use_public_network: usePublic } = body
  if (interfaces !== undefined && (usePublic !== undefined || body.use_private_network !== undefined)) {
    throw wrongField(
      'interfaces',
      'Must not be given together with use_public_network or use_private_network.',
    )
  }
  if (usePublic === false) throw wrongField('use_public_network', onlyPublic)
  if (interfaces === undefined) return
  for (const [at, { network, addresses = [] }] of interfaces.entries()) {
    const path = `interfaces[${at}]`
    if (network === 'public' && addresses.length === 0) continue
    if (network === undefined && addresses.length === 0) {
      throw wrongField(path, 'Must name a network, such as {"network": "public"}.')
    }
    if (network !== undefined && network !== 'public') validateUuid(`${path}.network`, network)
    for (const [index, { subnet }] of addresses.entries()) {
      if (subnet !== undefined) validateUuid(`${path}.addresses[${index}].subnet`, subnet)
    }
    throw notAvailableYet(path, 'Private networks and chosen addresses')
  }
  if (interfaces.length !== 1) throw wrongField('interfaces', onlyPublic)
}

const onlyPublic =
  'A server has exactly one interface, the public one: private networks are not available on this panel yet.'

function validateUuid(path: string, value: string): void {
  const result = uuid.safeParse(value)
  if (!result.success) throw wrongField(path, 'Must be a valid UUID.')
}

function imageIn({ image: slug, zone }: CreateServerBody): Image {
  if (slug.startsWith('custom:') || uuid.safeParse(slug).success) {
    throw notAvailableYet('image', 'Custom images')
  }
  const image = findImage(slug)
  if (image === undefined || (zone !== undefined && !image.zones.includes(zone))) {
    throw wrongField(
      'image',
      notAValidChoice(
        slug,
        images.map(({ slug }) => slug),
      ),
    )
  }
  return image
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
  { newUuid }: NewServerContext,
): readonly CreateVolumeRequest[] {
  const wanted: { size_gb: number; type: VolumeType }[] = [...body.volumes]
  const { bulk_volume_size_gb: bulkSizeGb } = body
  if (bulkSizeGb !== undefined) wanted.push({ size_gb: bulkSizeGb, type: 'bulk' })
  if (wanted.length + 1 > volumesMax) {
    throw wrongField(
      'volumes',
      'Due to internal limitations, it is currently not possible to attach more than 128 volumes.',
    )
  }
  return wanted.map(({ size_gb: sizeGb, type }, at) => ({
    uuid: newUuid(),
    name: `${body.name}-${type}-${at + 1}`,
    sizeGb,
    type,
  }))
}

/** Per server, the root volume included. */
const volumesMax = 128
