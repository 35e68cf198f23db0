// The package comes without types: this is what of it is used here.
declare module 'autocannon' {
  interface Options {
    url: string
    connections: number
    /** In seconds. */
    duration: number
    /** Each connection sends them in turn. */
    requests: readonly { path: string; headers?: Readonly<Record<string, string>> }[]
  }
  interface Result {
    readonly errors: number
    readonly timeouts: number
    readonly '2xx': number
    readonly non2xx: number
    /** In seconds. */
    readonly duration: number
  }
  export default function autocannon(options: Options): Promise<Result>
}
