import { createHash, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type WebServer, webServer } from '../cloud/embedded/image-source/web-server.fixture.ts'
import { customImageImportRecords } from '../records/custom-image-imports.ts'
import { customImageRecords } from '../records/custom-images.ts'
import { someCustomImage, someImport } from '../records/testing.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

const stranger = { headers: { authorization: 'Bearer stranger' } }
const listedUrl = 'https://images.example.org/alpine.raw'
const environment = { IMAGE_URLS: `${listedUrl}=3GB`, IMAGE_INTERNAL_HOSTS: '127.0.0.1' }

const alpine = {
  url: listedUrl,
  name: 'Alpine',
  slug: 'alpine',
  user_data_handling: 'extend-cloud-config',
  zones: ['rma1'],
}

let api: ApiForTests
beforeEach(async () => {
  api = await apiForTests({ environment })
})
afterEach(() => api.dispose())

const get = async (path: string) => (await api.send('GET', `/v1/${path}`)).json()
const imports = 'custom-images/import'
const atCloud = () => api.cloud.objects().map(({ kind }) => kind)

/** What has been answered to an import. */
async function importing(body: object = {}) {
  return (await api.send('POST', `/v1/${imports}`, { ...alpine, ...body })).json()
}

/** The import, once it has ended. */
async function ended(uuid: string) {
  await expect.poll(async () => (await get(`${imports}/${uuid}`)).status).not.toBe('in_progress')
  return get(`${imports}/${uuid}`)
}

async function imported(body: object = {}): Promise<string> {
  const { uuid } = await importing(body)
  expect(await ended(uuid)).toMatchObject({ status: 'success' })
  return uuid
}

describe('POST /v1/custom-images/import', () => {
  it('answers with the import, under whose uuid the image appears when it is done', async () => {
    const answer = await api.send('POST', `/v1/${imports}`, { ...alpine, tags: { os: 'linux' } })

    const { uuid } = answer.json()
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toEqual({
      href: `http://localhost:80/v1/custom-images/import/${uuid}`,
      uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      custom_image: { href: `http://localhost:80/v1/custom-images/${uuid}`, uuid, name: 'Alpine' },
      url: listedUrl,
      status: 'in_progress',
      error_message: null,
      tags: { os: 'linux' },
    })
    expect(await ended(uuid)).toEqual({ ...answer.json(), status: 'success' })
    const image = await get(`custom-images/${uuid}`)
    expect(image).toEqual({
      href: `http://localhost:80/v1/custom-images/${uuid}`,
      uuid,
      name: 'Alpine',
      slug: 'alpine',
      size_gb: 3,
      checksums: {
        md5: expect.stringMatching(/^[0-9a-f]{32}$/),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      user_data_handling: 'extend-cloud-config',
      firmware_type: 'bios',
      zones: [{ slug: 'rma1' }],
      created_at: expect.stringMatching(/^20\d\d-.*\.\d{6}Z$/),
      tags: { os: 'linux' },
    })
    expect(await get('custom-images')).toEqual([image])
    expect(await get(imports)).toMatchObject([{ uuid }])
    expect((await get('project-logs')).results).toMatchObject([
      { action: 'custom_image_import', message: "Custom image 'Alpine' has been imported" },
    ])
  })

  it('takes several of the same name and slug, each an image of its own', async () => {
    const [one, other] = [
      await imported(),
      await imported({ firmware_type: 'uefi', zones: ['lpg1', 'rma1'] }),
    ]

    expect(await get('custom-images')).toMatchObject([
      { uuid: one, slug: 'alpine', firmware_type: 'bios' },
      { uuid: other, slug: 'alpine', firmware_type: 'uefi', zones: [{ slug: 'lpg1' }, { slug: 'rma1' }] },
    ])
  })

  it('takes a form, in which one zone is a list', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const payload = new URLSearchParams({ ...alpine, zones: 'lpg1' }).toString()

    const answer = await api.send('POST', `/v1/${imports}`, undefined, { payload, headers })

    expect(answer.statusCode).toBe(201)
    await ended(answer.json().uuid)
    expect(await get('custom-images')).toMatchObject([{ zones: [{ slug: 'lpg1' }] }])
  })

  const required = 'This field is required.'
  const notFetchable = 'Must be a URL that begins with http:// or https://, without a user name and password.'
  it('refuses what is wrong by the name of the field, and imports nothing', async () => {
    const wrong: readonly (readonly [object, object])[] = [
      [{ url: undefined }, { url: required }],
      [{ name: undefined }, { name: required }],
      [{ user_data_handling: undefined }, { user_data_handling: required }],
      [{ zones: undefined }, { zones: required }],
      [{ zones: [] }, { zones: 'Must name at least one zone.' }],
      [{ zones: ['mars1'] }, { 'zones[0]': expect.stringContaining('is not a valid choice. Choose one of') }],
      [{ url: 'ftp://example.org/a' }, { url: notFetchable }],
      [{ url: 'file:///etc/passwd' }, { url: notFetchable }],
      [{ url: 'https://me:secret@example.org/a' }, { url: notFetchable }],
      [{ url: 'example.org/a' }, { url: notFetchable }],
      [{ slug: 'with space' }, { slug: 'Must have letters, digits and hyphens only.' }],
      [{ source_format: 'vmdk' }, { source_format: expect.stringContaining('raw, qcow2, iso') }],
      [{ firmware_type: 'efi' }, { firmware_type: expect.stringContaining('bios, uefi') }],
      [
        { user_data_handling: 'ignore' },
        { user_data_handling: expect.stringContaining('pass-through, extend-cloud-config') },
      ],
    ]
    for (const [body, errors] of wrong) {
      const answer = await api.send('POST', `/v1/${imports}`, { ...alpine, ...body })

      expect(answer.statusCode).toBe(400)
      expect(answer.json()).toEqual(errors)
    }
    expect(await get(imports)).toEqual([])
    expect(atCloud()).toEqual([])
  })

  it('imports no more than the project may have, failed ones not counted', async () => {
    await api.dispose()
    api = await apiForTests({ environment, project: { quotasJson: '{"customImages":1}' } })
    await ended((await importing({ url: 'http://10.0.0.1/' })).uuid)
    await imported()

    const answer = await api.send('POST', `/v1/${imports}`, alpine)

    expect(answer.statusCode).toBe(400)
    expect(answer.json().detail).toContain("This project's quota is 1 custom images")
  })
})

describe('an import that fails', () => {
  let server: WebServer
  const page = randomBytes(4096)
  beforeEach(async () => {
    server = await webServer(({ url }, response) => {
      if (url === '/image.raw') response.end(page)
      else if (url === '/inwards') response.writeHead(302, { location: 'http://10.0.0.1/' }).end()
      else response.writeHead(404).end('Nothing here.')
    })
  })
  afterEach(() => server[Symbol.asyncDispose]())

  it('stays in the list of imports, says why, and leaves nothing else', async () => {
    const { uuid } = await importing({ url: `${server.url}/absent.raw` })

    expect(await ended(uuid)).toMatchObject({
      status: 'failed',
      error_message: 'Expected HTTP 200, got HTTP 404',
      custom_image: { uuid, name: 'Alpine' },
    })
    expect(await get(imports)).toMatchObject([{ uuid, status: 'failed' }])
    expect(await get('custom-images')).toEqual([])
    const absent = await api.send('GET', `/v1/custom-images/${uuid}`)
    expect(absent.statusCode).toBe(404)
    expect(absent.json().detail).toMatch(
      /^Not found\. Creation failed: Expected HTTP 200, got HTTP 404.* \(incident \w+\)$/,
    )
    await expect.poll(atCloud).toEqual([])
    expect((await get('project-logs')).results).toEqual([])
  })

  it.each([
    ['leads inwards', 'http://192.168.0.1/image.raw', 'The host 192.168.0.1 is not on the public internet.'],
    ['is led inwards', '/inwards', 'The host 10.0.0.1 is not on the public internet.'],
    ['is of nobody', 'http://images.example.invalid/', 'Expected HTTP 200, got HTTP 404'],
  ])('because its URL %s is told so', async (_, path, message) => {
    const url = new URL(path, server.url).href
    const { uuid } = await importing({ url })

    expect(await ended(uuid)).toMatchObject({ status: 'failed', error_message: message })
  })

  it('by a fault of ours has an incident number, and nothing of the system behind', async () => {
    api.cloud.faults.replace([{ operation: 'images.importImage', kind: 'error-state' }])

    const { uuid } = await importing()

    const { status, error_message: message } = await ended(uuid)
    expect(status).toBe('failed')
    expect(message).toMatch(
      /^The image could not be brought into the wanted state, because a system behind this service did not do its part\. \(incident \w+\)$/,
    )
  })

  it('is cleared away like an image', async () => {
    const { uuid } = await importing({ url: `${server.url}/absent.raw` })
    await ended(uuid)

    const answer = await api.send('DELETE', `/v1/custom-images/${uuid}`)

    expect(answer.statusCode).toBe(204)
    expect(await get(imports)).toEqual([])
    await expect
      .poll(async () => (await api.send('DELETE', `/v1/custom-images/${uuid}`)).statusCode)
      .toBe(404)
  })

  it('is told from one that is fetched for real', async () => {
    const uuid = await imported({ url: `${server.url}/image.raw` })

    const checksum = (algorithm: string) => createHash(algorithm).update(page).digest('hex')
    expect(await get(`custom-images/${uuid}`)).toMatchObject({
      size_gb: 1,
      checksums: { md5: checksum('md5'), sha256: checksum('sha256') },
    })
  })
})

describe('PATCH and DELETE /v1/custom-images', () => {
  it('changes several attributes together, as one entry of the log', async () => {
    const uuid = await imported({ tags: { old: 'yes' } })

    const answer = await api.send('PATCH', `/v1/custom-images/${uuid}`, {
      name: 'Alpine 3',
      slug: 'alpine-3',
      user_data_handling: 'pass-through',
      tags: { new: 'yes' },
    })

    expect(answer.statusCode).toBe(204)
    expect(await get(`custom-images/${uuid}`)).toMatchObject({
      name: 'Alpine 3',
      slug: 'alpine-3',
      user_data_handling: 'pass-through',
      tags: { new: 'yes' },
    })
    expect(await get(`${imports}/${uuid}`)).toMatchObject({
      custom_image: { name: 'Alpine 3' },
      tags: { old: 'yes' },
    })
    expect((await get('project-logs')).results.at(-1)).toMatchObject({
      action: 'custom_image_update',
      message:
        "Custom image 'Alpine' has been renamed to 'Alpine 3' and has been given other tags and has been given the slug 'alpine-3' and has been given the handling of user data 'pass-through'",
    })
  })

  it('changes and tells nothing where all is so already, and refuses what is wrong', async () => {
    const uuid = await imported()

    expect((await api.send('PATCH', `/v1/custom-images/${uuid}`, { slug: 'alpine' })).statusCode).toBe(204)
    const wrong = await api.send('PATCH', `/v1/custom-images/${uuid}`, { slug: '' })

    expect(wrong.json()).toEqual({ slug: 'This field may not be empty.' })
    expect((await get('project-logs')).results).toHaveLength(1)
  })

  it('deletes an image together with its import', async () => {
    const uuid = await imported()

    expect((await api.send('DELETE', `/v1/custom-images/${uuid}`)).statusCode).toBe(204)

    expect((await api.send('GET', `/v1/custom-images/${uuid}`)).json()).toEqual({ detail: 'Not found.' })
    expect(await get('custom-images')).toEqual([])
    expect(await get(imports)).toEqual([])
    await expect.poll(atCloud).toEqual([])
  })

  it('calls an import off that is deleted while it runs', async () => {
    await using endless = await webServer((_, response) => void response.write(randomBytes(1000)))
    const { uuid } = await importing({ url: endless.url })
    await expect.poll(atCloud).toEqual(['image'])

    expect((await api.send('DELETE', `/v1/custom-images/${uuid}`)).statusCode).toBe(204)

    expect((await api.send('GET', `/v1/${imports}/${uuid}`)).json()).toEqual({ detail: 'Not found.' })
    await expect.poll(atCloud).toEqual([])
    expect((await api.send('GET', `/v1/custom-images/${uuid}`)).json()).toEqual({ detail: 'Not found.' })
  })

  it("finds nothing that isn't there, or is somebody else's, or is not yet imported", async () => {
    const theirs = someImport({ projectId: 'other' })
    const underWay = someImport({ status: 'in_progress' })
    await api.records.transaction(async trx => {
      await customImageImportRecords.insert(trx, theirs, underWay)
      await customImageRecords.insert(trx, someCustomImage(theirs))
    })

    for (const uuid of [theirs.uuid, underWay.uuid, 'none']) {
      const answers = [
        await api.send('GET', `/v1/custom-images/${uuid}`),
        await api.send('PATCH', `/v1/custom-images/${uuid}`, { name: 'mine' }),
      ]
      expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404])
    }
    expect((await api.send('DELETE', `/v1/custom-images/${theirs.uuid}`)).statusCode).toBe(404)
    const own = await api.send('GET', `/v1/${imports}/${underWay.uuid}`, undefined, stranger)
    expect(own.statusCode).toBe(404)
  })

  it('lists images and imports by name and tags', async () => {
    await imported({ name: 'one', tags: { env: 'prod' } })
    await imported({ name: 'two' })

    const names = async (query: string) =>
      (await get(`custom-images?${query}`)).map(({ name }: { name: string }) => name)
    expect(await names('name=two')).toEqual(['two'])
    expect(await names('tag:env=prod')).toEqual(['one'])
    expect(await get(`${imports}?tag:env`)).toMatchObject([{ custom_image: { name: 'one' } }])
  })
})

describe('a server from a custom image', () => {
  const wanted = { name: 'web', flavor: 'flex-4-1', ssh_keys: null }
  const create = (body: object) => api.send('POST', '/v1/servers', { ...wanted, ...body })

  it.each(['custom:alpine', 'its uuid'])(
    'boots from it by %s, and says what it was booted from',
    async by => {
      const uuid = await imported()

      const answer = await create({ image: by === 'its uuid' ? uuid.toUpperCase() : by })

      const image = { slug: 'custom:alpine', name: 'Alpine', operating_system: '', default_username: '' }
      expect(answer.statusCode).toBe(201)
      expect(answer.json().image).toEqual(image)
      const server = `servers/${answer.json().uuid}`
      await expect.poll(async () => (await get(server)).status).toBe('running')
      const atCloudNow = api.cloud.objects()
      const content = atCloudNow.find(({ kind }) => kind === 'image')?.id
      expect(atCloudNow).toContainEqual(expect.objectContaining({ kind: 'volume', image: content }))

      await api.send('PATCH', `/v1/custom-images/${uuid}`, { name: 'renamed', slug: 'renamed' })
      await api.send('DELETE', `/v1/custom-images/${uuid}`)
      await expect.poll(atCloud).not.toContain('image')
      expect(await get(server)).toMatchObject({ status: 'running', image })
    },
  )

  it('is called by the uuid of an image that has no slug', async () => {
    const uuid = await imported({ slug: undefined })

    expect((await create({ image: uuid })).json().image.slug).toBe(`custom:${uuid}`)
  })

  it('boots from the newest of several that are called the same in the zone', async () => {
    await imported({ name: 'old' })
    await imported({ name: 'new' })
    await imported({ name: 'elsewhere', zones: ['lpg1'] })

    expect((await create({ image: 'custom:alpine' })).json().image.name).toBe('new')
  })

  it('waits for an image that is just being imported', async () => {
    let release = () => {}
    await using slow = await webServer((_, response) => {
      response.write(randomBytes(512))
      release = () => void response.end()
    })
    const { uuid } = await importing({ url: slow.url })
    await expect.poll(atCloud).toEqual(['image'])

    const answering = create({ image: uuid })
    await expect.poll(() => api.calls.at(-1)?.action).toBe('server.create')
    release()

    expect((await answering).statusCode).toBe(201)
  })

  it('refuses an image that the project does not have, or not in the zone', async () => {
    const wrong: readonly (readonly [object, object])[] = [
      [{ image: 'custom:none' }, { image: 'Custom image none does not exist.' }],
      [{ image: 'custom:' }, { image: expect.stringContaining('"custom:" is not a valid choice') }],
      [{ image: 'alpine' }, { image: expect.stringContaining('"alpine" is not a valid choice') }],
      [
        { image: 'custom:alpine', zone: 'lpg1' },
        { image: "Custom image 'Alpine' is not in zone lpg1: it was imported for rma1." },
      ],
    ]
    await imported()
    for (const [body, errors] of wrong) {
      const answer = await create(body)

      expect(answer.statusCode).toBe(400)
      expect(answer.json()).toEqual(errors)
    }
  })

  it('needs a volume that the image fits into', async () => {
    await api.dispose()
    api = await apiForTests({ environment: { IMAGE_URLS: `${listedUrl}=12GB` } })
    await imported()

    expect((await create({ image: 'custom:alpine', volume_size_gb: 11 })).json()).toEqual({
      volume_size_gb: "Must be at least 12, the size of custom image 'Alpine'.",
    })
    expect((await create({ image: 'custom:alpine', volume_size_gb: 12 })).statusCode).toBe(201)
  })

  it('takes a password where the panel may put one into the user data', async () => {
    await imported({ slug: 'plain', user_data_handling: 'pass-through' })
    await imported()
    const password = 'hunter22'

    expect((await create({ image: 'custom:plain', password })).json()).toEqual({
      password: 'This image does not support password login. Give ssh_keys instead.',
    })
    expect((await create({ image: 'custom:alpine', password })).statusCode).toBe(201)
  })
})
