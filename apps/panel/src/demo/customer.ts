import { type Json, NotFoundException, type Service } from 'evenkeel'
import type { HttpCall, HttpResult } from 'evenkeel/client'

/** How the panel answers that something is there no more, or never came to be. */
export interface Gone {
  /** Why, as its owner is told. */
  readonly detail: string
}

/** An object as its owner sees it, as far as the demos look. */
export interface OwnObject {
  readonly uuid: string
  readonly href: string
  readonly name: string
}

/** A server as its owner sees it, as far as the demos look. */
export interface OwnServer extends OwnObject {
  readonly status: 'changing' | 'running' | 'stopped'
  readonly volumes: readonly OwnObject[]
}

/** The body of a request. */
export type Body = { readonly [field: string]: Json }

/** Somebody who uses the panel's API. */
export class Customer {
  readonly #call: Service<HttpCall, HttpResult>

  /** @param call a client of the panel's API, with a token of a project */
  constructor(call: Service<HttpCall, HttpResult>) {
    this.#call = call
  }

  /** @param path of the list, such as `/networks` */
  async create<T = OwnObject>(path: string, body: Body): Promise<T> {
    return (await this.#call({ method: 'POST', path, body })).body as T
  }

  /** Orders a server that fits into any quota. @param body what is to be otherwise with it */
  createServer(name: string, body: Body = {}): Promise<OwnServer> {
    return this.create('/servers', { ...smallServer, name, ...body })
  }

  async change(path: string, body: Body): Promise<void> {
    await this.#call({ method: 'PATCH', path, body })
  }

  /** Has something done, such as `/servers/<uuid>/stop`. */
  async act(path: string, body?: Body): Promise<void> {
    await this.#call({ method: 'POST', path, ...(body !== undefined && { body }) })
  }

  async list<T = OwnObject>(path: string): Promise<readonly T[]> {
    return (await this.#call({ path })).body as unknown as readonly T[]
  }

  async look<T = OwnObject>(path: string): Promise<T | Gone> {
    try {
      return (await this.#call({ path })).body as T
    } catch (thrown) {
      if (!(thrown instanceof NotFoundException)) throw thrown
      return { detail: thrown.message }
    }
  }

  async remove(path: string): Promise<void> {
    try {
      await this.#call({ method: 'DELETE', path })
    } catch (thrown) {
      // The panel died before it could say yes, and was asked again: the first time had done it.
      if (!(thrown instanceof NotFoundException)) throw thrown
    }
  }
}

const smallServer = {
  flavor: 'flex-4-1',
  image: 'debian-13',
  use_ipv6: false,
  ssh_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== demo'],
}
