import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSettings, SettingsException } from './settings.ts'

const refusal = (name: string, value: string): string => {
  try {
    readSettings({ [name]: value })
  } catch (error) {
    if (error instanceof SettingsException) return error.message
    throw error
  }
  return 'accepted'
}

describe('readSettings', () => {
  it('has a default for everything', () => {
    const { trustedProxies, ...plain } = readSettings({})

    expect(plain).toEqual({
      host: '127.0.0.1',
      port: 8080,
      dataDir: './data',
      apiPrefix: '',
      publicUrl: undefined,
      panelToken: undefined,
      consoleToken: undefined,
      cloudLatency: 1,
      changingMs: 1000,
      actionSettleMs: 2000,
      actionWatchMs: 600_000,
      reconcileEveryS: 300,
      secretKey: undefined,
      rateLimit: { perSecond: 20, burst: 60 },
      imageUrls: new Map(),
      imageInternalHosts: new Set(),
      logLevel: 'info',
    })
    expect(trustedProxies.rules).toEqual([])
  })

  it('takes an empty variable for one that is not set', () => {
    expect(readSettings({ PORT: '', PANEL_TOKEN: '' })).toMatchObject({ port: 8080, panelToken: undefined })
  })

  it('reads every setting', () => {
    const settings = readSettings({
      HOST: '::1',
      PORT: '9000',
      DATA_DIR: '/var/lib/panel',
      API_PREFIX: '/api/',
      PUBLIC_URL: 'https://panel.example.com/cloud/',
      TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1, fd00::/8',
      PANEL_TOKEN: 'a-B.c_9',
      CONSOLE_TOKEN: 'operator',
      CLOUD_LATENCY: '0.25',
      CHANGING_MS: '250',
      ACTION_SETTLE_MS: '0',
      ACTION_WATCH_MS: '5000',
      RECONCILE_EVERY_S: '60',
      SECRET_KEY: 'ab'.repeat(32),
      RATE_LIMIT: '100/500',
      IMAGE_URLS: 'https://images.example.com/a.raw, http://images.example.com/b?c=d=4GB',
      IMAGE_INTERNAL_HOSTS: 'Images.Example.com.,10.0.0.7 [2001:DB8:0::1]',
      LOG_LEVEL: 'warn',
    })

    expect(settings).toMatchObject({
      host: '::1',
      port: 9000,
      dataDir: '/var/lib/panel',
      apiPrefix: '/api',
      publicUrl: 'https://panel.example.com/cloud',
      panelToken: 'a-B.c_9',
      consoleToken: 'operator',
      cloudLatency: 0.25,
      changingMs: 250,
      actionSettleMs: 0,
      actionWatchMs: 5000,
      reconcileEveryS: 60,
      rateLimit: { perSecond: 100, burst: 500 },
      imageUrls: new Map([
        ['https://images.example.com/a.raw', 1],
        ['http://images.example.com/b?c=d', 4],
      ]),
      imageInternalHosts: new Set(['images.example.com', '10.0.0.7', '2001:db8::1']),
      logLevel: 'warn',
    })
    expect(settings.trustedProxies.check('10.20.30.40')).toBe(true)
    expect(settings.trustedProxies.check('192.0.2.1')).toBe(true)
    expect(settings.trustedProxies.check('192.0.2.2')).toBe(false)
    expect(settings.trustedProxies.check('fd12::1', 'ipv6')).toBe(true)
  })

  it('lets tokens ask for any amount when the limit is off', () => {
    expect(readSettings({ RATE_LIMIT: 'off' }).rateLimit).toBeUndefined()
  })

  it('reads a key of 32 bytes from hex digits and from base64', () => {
    const bytes = Buffer.from('0123456789abcdef0123456789abcdef')

    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      expect(readSettings({ SECRET_KEY: bytes.toString(encoding) }).secretKey).toEqual(bytes)
    }
  })

  it.each([
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['HOST', 'not a host'],
    ['API_PREFIX', 'api'],
    ['API_PREFIX', '/a//b'],
    ['API_PREFIX', '/:param'],
    ['PUBLIC_URL', 'ftp://example.com'],
    ['PUBLIC_URL', 'panel.example.com'],
    ['PUBLIC_URL', 'https://example.com/?a=1'],
    ['TRUSTED_PROXIES', 'proxy.example.com'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TRUSTED_PROXIES', '10.0.0.1,'],
    ['CLOUD_LATENCY', '-1'],
    ['CLOUD_LATENCY', 'NaN'],
    ['ACTION_SETTLE_MS', '1.5'],
    ['ACTION_WATCH_MS', '86400001'],
    ['RECONCILE_EVERY_S', '0'],
    ['RATE_LIMIT', 'on'],
    ['RATE_LIMIT', '20'],
    ['RATE_LIMIT', '20/0'],
    ['RATE_LIMIT', '20/60/100'],
    ['IMAGE_URLS', 'images.example.com/a.raw'],
    ['IMAGE_URLS', 'ftp://images.example.com/a.raw'],
    ['IMAGE_URLS', 'https://images.example.com/a.raw=0GB'],
    ['IMAGE_URLS', 'https://images.example.com/a.raw=51GB'],
    ['IMAGE_INTERNAL_HOSTS', 'http://10.0.0.7'],
    ['IMAGE_INTERNAL_HOSTS', '10.0.0.0/8'],
    ['LOG_LEVEL', 'verbose'],
  ])('refuses %s="%s" with the name, what was given, and what is allowed', (name, value) => {
    expect(refusal(name, value)).toMatch(/^[A-Z_]+ is ".*": it must be .+\.$/)
    expect(refusal(name, value)).toContain(`${name} is "${value}"`)
  })

  it.each([
    ['PANEL_TOKEN', 'two words'],
    ['CONSOLE_TOKEN', 'töken'],
    ['SECRET_KEY', 'abcdef'],
    ['SECRET_KEY', 'g'.repeat(64)],
  ])('refuses %s without repeating the secret', (name, value) => {
    expect(refusal(name, value)).toContain(`${name} has a value that is not allowed: it must be`)
    expect(refusal(name, value)).not.toContain(value)
  })

  it('takes any environment or refuses it in one line', () => {
    const names = [
      'HOST',
      'PORT',
      'DATA_DIR',
      'API_PREFIX',
      'PUBLIC_URL',
      'TRUSTED_PROXIES',
      'IMAGE_URLS',
      'IMAGE_INTERNAL_HOSTS',
      'PANEL_TOKEN',
      'CONSOLE_TOKEN',
      'CLOUD_LATENCY',
      'ACTION_SETTLE_MS',
      'ACTION_WATCH_MS',
      'RECONCILE_EVERY_S',
      'SECRET_KEY',
      'RATE_LIMIT',
      'LOG_LEVEL',
    ]
    const anyText = fc.oneof(fc.string({ unit: 'grapheme' }), fc.webUrl(), fc.ipV6(), fc.double().map(String))

    fc.assert(
      fc.property(fc.constantFrom(...names), anyText, (name, value) => {
        const outcome = refusal(name, value)
        expect(outcome === 'accepted' || outcome.startsWith(name)).toBe(true)
        expect(outcome).not.toMatch(/[\n\r]/)
      }),
    )
  })

  it('never reads a key that is not of 32 bytes', () => {
    fc.assert(
      fc.property(fc.base64String({ maxLength: 64 }), text => {
        if (refusal('SECRET_KEY', text) === 'accepted' && text !== '') {
          expect(readSettings({ SECRET_KEY: text }).secretKey).toHaveLength(32)
        }
      }),
    )
  })
})
