import { createHash, randomBytes } from 'node:crypto'
import type { RequestListener, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { type FetchingImageSourceOptions, fetchingImageSource } from './fetching-image-source.ts'
import { ImageSourceException } from './image-source.ts'
import { qcow2Of } from './qcow2.fixture.ts'
import { type WebServer, webServer } from './web-server.fixture.ts'

let server: WebServer | undefined
afterEach(() => server?.[Symbol.asyncDispose]())

async function serving(listener: RequestListener): Promise<WebServer> {
  server = await webServer(listener)
  return server
}

const internalHosts = new Set(['127.0.0.1'])

async function fetched(
  url: string,
  { format = 'raw', signal = new AbortController().signal, ...options }: Partial<Options> = {},
) {
  return fetchingImageSource({ internalHosts, ...options }).fetch({ url, format }, signal)
}

interface Options extends FetchingImageSourceOptions {
  readonly format: 'raw' | 'qcow2' | 'iso'
  readonly signal: AbortSignal
}

/** What is said of a URL that can't be imported. */
async function problem(url: string, options?: Partial<Options>): Promise<string> {
  try {
    await fetched(url, options)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ImageSourceException)
    return (thrown as ImageSourceException).message
  }
  throw new Error('It was imported.')
}

function checksums(raw: Buffer) {
  const of = (algorithm: string) => createHash(algorithm).update(raw).digest('hex')
  return { sizeBytes: raw.length, md5: of('md5'), sha256: of('sha256') }
}

const disk = randomBytes(300_000)

describe('an image that is fetched', () => {
  it('has size and checksums of its content', async () => {
    const { url } = await serving((_, response) => response.end(disk))

    expect(await fetched(`${url}/image.raw`)).toEqual(checksums(disk))
  })

  it('has those of its raw form, whatever form it comes in', async () => {
    const image = qcow2Of(disk, { version: 3, clusterBits: 16, stored: ['compressed', 'plain'] })
    const { url } = await serving((_, response) => response.end(image))

    expect(await fetched(`${url}/image.qcow2`, { format: 'qcow2' })).toEqual(checksums(disk))
  })

  it('may be an ISO', async () => {
    const iso = Buffer.alloc(20 * 2048)
    iso.write('CD001', 16 * 2048 + 1)
    const { url } = await serving((_, response) => response.end(iso))

    expect(await fetched(`${url}/image.iso`, { format: 'iso' })).toEqual(checksums(iso))
    expect(await problem(`${url}/image.iso`, { format: 'qcow2' })).toBe(
      'What the URL leads to is not a qcow2 image.',
    )
  })

  it('is what the URL leads on to', async () => {
    const { url } = await serving(({ url }, response) => {
      const step = Number(url?.slice(1))
      if (step === 5) response.end(disk)
      else response.writeHead(301 + (step % 2), { location: `${step + 1}` }).end('not this')
    })

    expect(await fetched(`${url}/0`)).toEqual(checksums(disk))
  })
})

describe('what can not be imported is told from what is no image:', () => {
  it.each([404, 403, 500, 204])('the status %i', async status => {
    const { url } = await serving((_, response) => response.writeHead(status).end())

    expect(await problem(url)).toBe(`Expected HTTP 200, got HTTP ${status}`)
  })

  it.each([
    ['nothing', Buffer.alloc(0), 'The image is empty.'],
    ['a web page', Buffer.from('\n<!DOCTYPE html><title>Not found'), 'it is a web page'],
    ['an archive', Buffer.from('\x1f\x8b\x08\0rest', 'latin1'), 'it is compressed with gzip'],
    ['an archive', Buffer.from('PK\x03\x04rest', 'latin1'), 'it is a zip archive'],
    ['another kind of image', Buffer.from('KDMV rest'), 'it is a VMDK image'],
    ['a qcow2 image that was said to be raw', qcow2Of(disk, { version: 2, clusterBits: 9 }), 'a qcow2 image'],
  ])('%s', async (_, content, reason) => {
    const { url } = await serving((_, response) => response.end(content))

    expect(await problem(url)).toContain(reason)
  })

  it('what says itself that it is a page', async () => {
    const { url } = await serving((_, response) =>
      response.setHeader('content-type', 'text/html; charset=utf-8').end(disk),
    )

    expect(await problem(url)).toBe('The URL leads to a web page, not to an image.')
  })

  it('what comes compressed although nobody asked for that', async () => {
    const { url } = await serving((_, response) => response.setHeader('content-encoding', 'br').end(disk))

    expect(await problem(url)).toContain('sent the image compressed (br)')
  })

  it('a damaged qcow2 image', async () => {
    const image = qcow2Of(disk, { version: 3, clusterBits: 16 })
    const { url } = await serving((_, response) => response.end(image.subarray(0, 200_000)))

    expect(await problem(url, { format: 'qcow2' })).toBe(
      'The qcow2 image is damaged: it refers to what is beyond its end.',
    )
  })
})

describe('a web server that does not keep its word', () => {
  const endless = (response: ServerResponse) => {
    const send = () => {
      while (response.write(disk));
      response.once('drain', send)
    }
    send()
  }

  it('may send without end: no more is taken than an image may have', async () => {
    const { url } = await serving((_, response) => endless(response))

    const tooLarge = 'The image is larger than 0.001953125 GB, the most that can be imported.'
    expect(await problem(url, { sizeBytesMax: 2 ** 21 })).toBe(tooLarge)
    expect(await problem(url, { sizeBytesMax: 2 ** 21, format: 'qcow2' })).toContain('is not a qcow2 image')
  })

  it('may announce too much: nothing is taken of that', async () => {
    const { url } = await serving((_, response) => {
      response.writeHead(200, { 'content-length': String(2 ** 40) })
      endless(response)
    })

    expect(await problem(url)).toBe('The image is larger than 50 GB, the most that can be imported.')
  })

  it('may send less than it announced', async () => {
    const { url } = await serving((_, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write(Buffer.alloc(400), () => response.destroy())
    })

    expect(await problem(url)).toBe('The transfer from 127.0.0.1 broke off after 400 bytes.')
  })

  it('may send more than it announced: what is beyond is none of it', async () => {
    const { url } = await serving((_, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(3000)}`)
    })

    expect(await fetched(url)).toEqual(checksums(Buffer.alloc(1000, 'x')))
  })

  it.each(['never answers', 'stops in the middle'])('%s: it is waited for only so long', async how => {
    const { url } = await serving((_, response) => {
      if (how === 'stops in the middle') response.write('x')
    })

    expect(await problem(url, { silenceMs: 50 })).toBe('The host 127.0.0.1 sent nothing for 0.05 seconds.')
  })

  it('may send a little all the time: it is waited for only so long', async () => {
    const { url } = await serving((_, response) => {
      const drip = setInterval(() => response.write('x'), 5)
      response.once('close', () => clearInterval(drip))
    })

    expect(await problem(url, { timeMs: 60 })).toBe('The import took longer than 0.001 minutes.')
  })

  it('may answer with what is no HTTP', async () => {
    const { url } = await serving((_, response) => response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n'))

    expect(await problem(url)).toMatch(/^No connection to 127\.0\.0\.1: HPE_\w+\.$/)
  })

  it('may not be there', async () => {
    const { url } = await serving(() => {})
    await server?.[Symbol.asyncDispose]()
    server = undefined

    expect(await problem(url)).toBe('No connection to 127.0.0.1: ECONNREFUSED.')
  })
})

describe('the own network', () => {
  const inside = { internalHosts: new Set<string>() }

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://127.1./',
    'http://[::1]/',
    'http://[::ffff:169.254.169.254]/latest/meta-data',
    'https://10.1.2.3:8443/',
  ])('is not asked by an address: %s', async url => {
    expect(await problem(url, inside)).toMatch(/^The host \S+ is not on the public internet\.$/)
  })

  it('is not asked by a name that leads there, and nobody is told where that is', async () => {
    const resolve = async () => [
      { address: '10.9.8.7', family: 4 },
      { address: 'fd00::17', family: 6 },
    ]

    expect(await problem('http://images.example.com/', { ...inside, resolve })).toBe(
      'The host images.example.com is not on the public internet.',
    )
  })

  it('is not asked by a redirect', async () => {
    const { url } = await serving((_, response) =>
      response.writeHead(302, { location: 'http://192.168.1.1/secrets' }).end(),
    )

    expect(await problem(url)).toBe('The host 192.168.1.1 is not on the public internet.')
  })

  it('is not asked by a name that leads there only when it is looked up again', async () => {
    const { port } = await serving((_, response) => response.end(disk))
    const answers = ['127.0.0.1', '10.9.8.7']
    const resolve = async () => [{ address: answers.shift() ?? '10.9.8.7', family: 4 }]
    const url = `http://images.example.com:${port}/`

    expect(await fetched(url, { resolve })).toEqual(checksums(disk))
    expect(answers).toEqual(['10.9.8.7'])
  })

  it('is not asked at a public address that is the machine’s own', async () => {
    const { port } = await serving((_, response) => response.end(disk))
    const resolve = async () => [{ address: '198.41.0.4', family: 4 }]
    const ownAddresses = () => ['198.41.0.4', '2001:503:ba3e::2:30']
    const own = { ...inside, resolve, ownAddresses }

    for (const host of ['images.example.com', '198.41.0.4', '[2001:503:ba3e:0::2:30]'])
      expect(await problem(`http://${host}:${port}/`, own)).toMatch(/is not on the public internet\.$/)
  })

  it('is asked nothing on behalf of whoever a redirect names', async () => {
    const { url } = await serving((_, response) =>
      response.writeHead(302, { location: 'http://ada:hunter22@127.0.0.1/' }).end(),
    )

    expect(await problem(url)).toBe('The URL leads to one with a user name and password, which are not sent.')
  })

  it('is asked where a host is allowed by name, and where its address is', async () => {
    const { port } = await serving((_, response) => response.end(disk))
    const url = `http://mirror.example.com.:${port}/`
    const resolve = async () => [
      { address: '10.9.8.7', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    const byName = { internalHosts: new Set(['mirror.example.com']) }

    expect(await fetched(url, { ...byName, resolve: async () => (await resolve()).slice(1) })).toEqual(
      checksums(disk),
    )
    expect(await fetched(url, { resolve })).toEqual(checksums(disk))
  })
})

describe('a URL', () => {
  it('that leads in circles is given up', async () => {
    const { url } = await serving((_, response) => response.writeHead(307, { location: '/' }).end())

    expect(await problem(url)).toBe('The URL leads on to another one more than 5 times.')
  })

  it.each(['file:///etc/passwd', 'ftp://images.example.com/', 'data:,x', 'http://'])(
    'leads on to the web only, not to %s',
    async location => {
      const { url } = await serving((_, response) => response.writeHead(302, { location }).end())

      expect(await problem(url)).toBe('The URL leads to one that does not begin with http:// or https://.')
    },
  )

  it('is asked by TLS at no other address than by plain HTTP', async () => {
    const { port } = await serving((_, response) => response.end(disk))
    const resolve = async () => [{ address: '127.0.0.1', family: 4 }]

    // The server speaks no TLS: what matters is that it was found.
    expect(await problem(`https://images.example.com:${port}/`, { resolve })).toMatch(
      /^No connection to images\.example\.com: (EPROTO|ERR_SSL_\w+)\.$/,
    )
  })

  it('whose host is looked up for ever is given up', async () => {
    const resolve = () => new Promise<never>(() => {})

    expect(await problem('http://images.example.com/', { resolve, timeMs: 60 })).toContain('took longer')
  })

  it('whose host nobody knows is refused; where there is no internet, as one that has nothing', async () => {
    const resolve = async () => {
      throw new Error('ENOTFOUND')
    }
    const url = 'http://images.example.com/'

    expect(await problem(url, { resolve })).toBe('The host images.example.com could not be found.')
    expect(await problem(url, { resolve, isUnknownHostEmpty: true })).toBe('Expected HTTP 200, got HTTP 404')
  })
})

it('an import that is given up ends with the reason why', async () => {
  const { url } = await serving(() => {})
  const giveUp = new AbortController()
  const fetching = fetched(url, { signal: giveUp.signal })

  giveUp.abort(new Error('not wanted any more'))

  await expect(fetching).rejects.toThrow('not wanted any more')
})
