/** A server as the API shows it, as far as the crash test looks. */
export interface SeenServer {
  readonly uuid: string
  readonly name: string
  readonly status: string
  readonly flavor: { readonly slug: string }
  readonly volumes: readonly { readonly uuid: string; readonly size_gb: number }[]
  readonly interfaces: readonly { readonly addresses: readonly { readonly address: string }[] }[]
  readonly tags: { readonly [key: string]: string }
}

/** A volume as the API shows it, as far as the crash test looks. */
export interface SeenVolume {
  readonly uuid: string
  readonly size_gb: number
  readonly server_uuids: readonly string[]
}

/** All that an owner sees. */
export interface Seen {
  readonly servers: readonly SeenServer[]
  readonly volumes: readonly SeenVolume[]
}

/** Whether a 404 is that of a creation that was rolled back. */
export function isTellingWhy(detail: string): boolean {
  return /^Not found\. Creation failed: .+ Nothing of it is left in your project\. \(incident \w+\)$/.test(
    detail,
  )
}
