import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Exception } from '../exceptions/index.ts'
import { runInTx, Transaction } from '../filters/transaction.ts'
import {
  MalformedUrlException,
  MethodNotAllowedException,
  ParameterTooLongException,
  RouteNotFoundException,
} from './exceptions.ts'
import { routeTable } from './route-table.ts'

const routes = routeTable({
  'GET /': 'home',
  'GET /servers': 'list',
  'POST /servers': 'create',
  'GET /servers/mine': 'mine',
  'GET /servers/:id': 'get',
  'DELETE /servers/:id/volumes/:volume': 'detach',
})

describe('routeTable', () => {
  it.each([
    ['GET', '/', 'home', {}],
    ['GET', '/servers?page=2', 'list', {}],
    ['POST', '/servers', 'create', {}],
    ['GET', '/servers/mine', 'mine', {}],
    ['GET', '/servers/7', 'get', { id: '7' }],
    ['GET', '/servers/a%2Fb%20c', 'get', { id: 'a/b c' }],
    ['GET', 'http://localhost:8080/servers/7?x', 'get', { id: '7' }],
    ['HEAD', '/servers', 'list', {}],
    ['DELETE', '/servers/7/volumes/9', 'detach', { id: '7', volume: '9' }],
  ])('finds %s %s', (method, url, handler, params) => {
    expect(routes.find(method, url)).toMatchObject({ handler, params })
  })

  it.each(['/nothing', '/servers/', '/servers/7/', '//servers', '/servers/7/volumes'])(
    'finds nothing at %s',
    url => {
      expect(() => routes.find('GET', url)).toThrow(RouteNotFoundException)
    },
  )

  it('says which methods a path takes', () => {
    expect(() => routes.find('PUT', '/servers')).toThrow(
      new MethodNotAllowedException('PUT', '/servers', ['GET', 'HEAD', 'POST']),
    )
  })

  it('refuses what can not be decoded, and what is too long', () => {
    expect(() => routes.find('GET', '/servers/%zz')).toThrow(MalformedUrlException)
    expect(() => routes.find('GET', `/servers/${'x'.repeat(101)}`)).toThrow(ParameterTooLongException)
  })

  it('names the transaction after the route', () => {
    const tx = new Transaction({ kind: 'request', operation: 'GET (no route)' })

    runInTx(tx, () => routes.find('GET', '/servers/7'))
    expect(tx.operation).toBe('GET /servers/:id')

    runInTx(tx, () => routes.find('HEAD', '/servers/7'))
    expect(tx.operation).toBe('HEAD /servers/:id')
  })

  it('gives any method and path one known outcome', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.webUrl(), fc.webPath(), fc.string()), (method, url) => {
        try {
          routes.find(method, url)
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Exception)
        }
      }),
    )
  })
})
