import { NotFoundException, type Service } from 'evenkeel'
import type { HttpCall, HttpResult } from 'evenkeel/client'

/** How the panel answers that something is there no more, or never came to be. */
export interface Gone {
  /** Why, as its owner is told. */
  readonly detail: string
}

/** A server as its owner sees it, as far as the demo looks. */
export interface OwnServer {
  readonly uuid: string
  readonly status: 'changing' | 'running' | 'stopped'
  readonly volumes: readonly { readonly uuid: string }[]
}

/** Somebody who uses the panel's API. */
export class Customer {
  readonly #call: Service<HttpCall, HttpResult>

  /** @param call a client of the panel's API, with a token of a project */
  constructor(call: Service<HttpCall, HttpResult>) {
    this.#call = call
  }

  /** Orders a server with two volumes and addresses of both kinds, and returns its id. */
  async createServer(name: string): Promise<string> {
    const { body } = await this.#call({
      method: 'POST',
      path: '/servers',
      body: {
        name,
        flavor: 'flex-4-1',
        image: 'debian-13',
        volume_size_gb: 10,
        volumes: [{ size_gb: 20, type: 'ssd' }],
        use_ipv6: true,
        ssh_keys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFhQb2xsZXIgaXMgYSBuYW1lIG5vdCBhIGtleQ== storm'],
      },
    })
    return (body as unknown as OwnServer).uuid
  }

  async server(uuid: string): Promise<OwnServer | Gone> {
    try {
      const { body } = await this.#call({ path: `/servers/${uuid}` })
      return body as unknown as OwnServer
    } catch (thrown) {
      if (!(thrown instanceof NotFoundException)) throw thrown
      return { detail: thrown.message }
    }
  }

  deleteServer(uuid: string): Promise<void> {
    return this.#delete(`/servers/${uuid}`)
  }

  deleteVolume(uuid: string): Promise<void> {
    return this.#delete(`/volumes/${uuid}`)
  }

  async #delete(path: string): Promise<void> {
    try {
      await this.#call({ method: 'DELETE', path })
    } catch (thrown) {
      // The panel died before it could say yes, and was asked again: the first time had done it.
      if (!(thrown instanceof NotFoundException)) throw thrown
    }
  }
}
