import { afterEach, describe, expect, it } from 'vitest'
import { serverRecords } from '../records/servers.ts'
import { someServer } from '../records/testing.ts'
import type { Environment } from '../settings.ts'
import { type ApiForTests, apiForTests } from './testing.ts'

describe('href', () => {
  let api: ApiForTests
  afterEach(() => api.dispose())

  const baseFor = async (
    environment: Environment,
    headers: Record<string, string>,
    remoteAddress = '127.0.0.1',
  ) => {
    api = await apiForTests({ environment })
    const server = someServer()
    await api.records.transaction(trx => serverRecords.insert(trx, server))
    const answer = await api.send(
      'GET',
      `${environment['API_PREFIX'] ?? ''}/v1/servers/${server.uuid}`,
      undefined,
      {
        headers,
        remoteAddress,
      },
    )
    return String(answer.json().href).replace(`/servers/${server.uuid}`, '')
  }
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'panel.example.com' }

  it('begins with the host that the caller used', async () => {
    expect(await baseFor({}, { host: '127.0.0.1:9999' })).toBe('http://127.0.0.1:9999/v1')
  })

  it('believes forwarded headers from a trusted proxy', async () => {
    const environment = { TRUSTED_PROXIES: '10.0.0.0/8' }

    expect(await baseFor(environment, { host: 'inner', ...forwarded }, '10.1.2.3')).toBe(
      'https://panel.example.com/v1',
    )
  })

  it('believes a trusted proxy whose IPv4 address arrives on a socket of both versions', async () => {
    expect(await baseFor({ TRUSTED_PROXIES: '10.0.0.0/8' }, forwarded, '::ffff:10.1.2.3')).toBe(
      'https://panel.example.com/v1',
    )
  })

  it('believes forwarded headers from nobody else', async () => {
    const environment = { TRUSTED_PROXIES: '10.0.0.0/8' }

    expect(await baseFor(environment, { host: 'inner:8080', ...forwarded }, '192.0.2.1')).toBe(
      'http://inner:8080/v1',
    )
  })

  it('takes from a chain of proxies what the client had used', async () => {
    const headers = { 'x-forwarded-proto': 'https, http', 'x-forwarded-host': 'outer.example.com, inner' }

    expect(await baseFor({ TRUSTED_PROXIES: '127.0.0.1' }, headers)).toBe('https://outer.example.com/v1')
  })

  it('begins with the public URL if one is set, whatever was sent', async () => {
    const environment = {
      PUBLIC_URL: 'https://panel.example.com',
      API_PREFIX: '/api',
      TRUSTED_PROXIES: '127.0.0.1',
    }

    expect(await baseFor(environment, { host: 'inner', 'x-forwarded-host': 'other' })).toBe(
      'https://panel.example.com/api/v1',
    )
  })

  it('never takes a host that would change the meaning of the URL', async () => {
    expect(await baseFor({}, { host: 'evil.example.com/?x=' })).not.toContain('evil')
  })
})
