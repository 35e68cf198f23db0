import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutSecrets } from './without-secrets.ts'

const secret = 'q7Rz2LmW9xKc4TnB8vYd'

describe('withoutSecrets', () => {
  it.each([
    `Authorization: Bearer ${secret}`,
    `authorization=Basic ${secret}==`,
    `The proxy refused "Bearer ${secret}".`,
    `{"headers":{"authorization":"Bearer ${secret}"}}`,
    `Cookie: theme=dark; session=${secret}; lang=en`,
    `set-cookie: ${secret}; Path=/`,
    `POST /login?password=${secret}&remember=1`,
    `GET /x?access_token=${secret}`,
    `{"password":"${secret}","name":"web"}`,
    `{"user_data": "#cloud-config ${secret} \\" and more"}`,
    `{"body":"{\\"password\\":\\"${secret}\\"}"}`,
    `password: '${secret} with spaces'`,
    `API_KEY=${secret}`,
    `clientSecret: ${secret}`,
    `connect to postgres://panel:${secret}@db.internal:5432/panel failed`,
    `redis://:${secret}@cache:6379`,
    `token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${secret}`,
    `ghp_${secret}${secret}`,
    `sk_live_${secret}`,
    `SG.${secret}`,
    `github_pat_${secret}`,
    `npm_${secret} and hf_${secret}`,
    `AKIA${secret.toUpperCase().slice(0, 16)} ${'password'}=${secret}`,
    `Digest ${secret}`,
    `pwd=${secret}`,
    `https://:${secret}@host`,
    `-----BEGIN RSA PRIVATE KEY-----\n${secret}\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\n${secret}`,
  ])('hides the secret in %j', text => {
    const masked = withoutSecrets(text)

    expect(masked).not.toContain(secret)
    expect(masked).toContain('[secret]')
  })

  it.each([
    'GET /v1/servers/01J9ZK3Q8W5T6Y7V8X9Z0A1B2C',
    'Bearer token is missing.',
    'No volume 7 in this project. It may have been deleted.',
    'connect ECONNREFUSED 10.0.0.7:5432',
    'https://panel.example/v1/servers?page=2',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
    '{"name":"web-1","flavor":"flex-4","tags":{"env":"prod"}}',
  ])('leaves %j as it is', text => {
    expect(withoutSecrets(text)).toBe(text)
  })

  it('keeps what stands around a secret', () => {
    expect(withoutSecrets(`{"password":"${secret}","name":"web"}`)).toBe('{"password":[secret],"name":"web"}')
  })

  it('hides any value under a name of a secret, wherever it stands', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9_~.+/-]{12,60}$/)
    const around = fc.string({ maxLength: 40 }).map(text => text.replaceAll(/["'\\]/g, ''))
    fc.assert(
      fc.property(
        around,
        fc.constantFrom('password', 'access_token', 'X-Api-Key', 'user_data'),
        value,
        around,
        (before, name, hidden, after) => {
          expect(withoutSecrets(`${before} ${name}=${hidden} ${after}`)).not.toContain(hidden)
          expect(withoutSecrets(`${before} {"${name}": "${hidden}"} ${after}`)).not.toContain(hidden)
        },
      ),
    )
  })

  it('takes no text long, however it is made', () => {
    const nasty = [
      'a-',
      'token',
      'password"',
      '"\\',
      'eyJ.',
      '://:',
      'Bearer ',
      '-----BEGIN PRIVATE KEY-----',
    ]
    const startedAtMs = performance.now()

    for (const part of nasty) withoutSecrets(part.repeat(20_000 / part.length))

    expect(performance.now() - startedAtMs).toBeLessThan(2000)
  })
})
