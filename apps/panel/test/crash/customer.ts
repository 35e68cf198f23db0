import { Exception, NotFoundException, type Service } from 'evenkeel'
import {
  CallFailedException,
  ConnectionLostException,
  ConnectionRefusedException,
  type HttpCall,
  type HttpResult,
  NotHttpException,
} from 'evenkeel/client'
import { actionHeader } from '../../src/api/perform.ts'
import { type Finding, finding } from './finding.ts'
import type { Seen } from './seen.ts'

/** What whoever asked is told. */
export type Reply =
  | { readonly kind: 'acknowledged'; readonly actionId: string | undefined; readonly body: unknown }
  | { readonly kind: 'refused'; readonly exception: Exception }
  | { readonly kind: 'lost' }

/** Somebody who uses the panel's API, and notes every answer that no panel may give. */
export class Customer {
  readonly #call: Service<HttpCall, HttpResult>
  readonly #findings: Finding[]

  /**
   * @param call a client of the panel's API, with a token of a project
   * @param findings where answers go that are bugs
   */
  constructor(call: Service<HttpCall, HttpResult>, findings: Finding[]) {
    this.#call = call
    this.#findings = findings
  }

  /** Asks for something, and takes whatever comes: also that nobody answers. */
  async ask(object: string, call: HttpCall): Promise<Reply> {
    try {
      const { headers, body } = await this.#call(call)
      return { kind: 'acknowledged', actionId: headers.get(actionHeader) ?? undefined, body }
    } catch (thrown) {
      // Nobody listens, so that nothing was begun.
      if (thrown instanceof ConnectionRefusedException) return { kind: 'refused', exception: thrown }
      if (isCutOff(thrown)) return { kind: 'lost' }
      if (!(thrown instanceof Exception)) throw thrown
      if (thrown.category !== 'internal') return { kind: 'refused', exception: thrown }
      const { method = 'GET', path } = call
      const what = `answered ${method} ${path} with a bug: ${thrown.className}: ${thrown.message}`
      this.#findings.push(finding(object, what))
      return { kind: 'lost' }
    }
  }

  /** @throws {DependencyException} the panel does not answer */
  async look(): Promise<Seen> {
    const pools = await this.#get<Seen['pools']>('/load-balancers/pools')
    const members = await Promise.all(
      pools.map(({ uuid }) => this.#get<Seen['members']>(`/load-balancers/pools/${uuid}/members`)),
    )
    return {
      servers: await this.#get<Seen['servers']>('/servers'),
      volumes: await this.#get<Seen['volumes']>('/volumes'),
      networks: await this.#get<Seen['networks']>('/networks'),
      subnets: await this.#get<Seen['subnets']>('/subnets'),
      snapshots: await this.#get<Seen['snapshots']>('/volume-snapshots'),
      floatingIps: await this.#get<Seen['floatingIps']>('/floating-ips'),
      serverGroups: await this.#get<Seen['serverGroups']>('/server-groups'),
      loadBalancers: await this.#get<Seen['loadBalancers']>('/load-balancers'),
      pools,
      members: members.flat(),
      listeners: await this.#get<Seen['listeners']>('/load-balancers/listeners'),
      monitors: await this.#get<Seen['monitors']>('/load-balancers/health-monitors'),
      routers: await this.#get<Seen['routers']>('/routers'),
      objectsUsers: await this.#get<Seen['objectsUsers']>('/objects-users'),
      images: await this.#get<Seen['images']>('/custom-images'),
      imports: await this.#get<Seen['imports']>('/custom-images/import'),
    }
  }

  /** Why there is no such thing, or undefined if there is. @throws {DependencyException} the panel does not answer */
  async whyGone(path: string): Promise<string | undefined> {
    try {
      await this.#get(path)
      return undefined
    } catch (thrown) {
      if (!(thrown instanceof NotFoundException)) throw thrown
      return thrown.message
    }
  }

  async #get<Body>(path: string): Promise<Body> {
    return (await this.#call({ path, timeoutMs: readMsMax })).body as Body
  }
}

/** Within how long everything that is there must be readable, in milliseconds: also right after a start. */
export const readMsMax = 10_000

/** Whether the panel ended in the middle of a call. */
export function isCutOff(thrown: unknown): boolean {
  return [ConnectionLostException, NotHttpException, CallFailedException].some(kind => thrown instanceof kind)
}
