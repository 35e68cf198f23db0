import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EngineUnavailable } from '../engine.ts'
import { Server } from './server.ts'

export interface RestateServer extends AsyncDisposable {
  /** Where invocations are asked for. */
  readonly ingressUrl: string
  /** Where deployments are registered. */
  readonly adminUrl: string
}

/**
 * A Restate server of one node with a data folder of its own, on ports of the system's choice. Its settings are the
 * defaults: what it has acknowledged is on the disk.
 *
 * @throws {EngineUnavailable} there is none for this machine, or it does not start
 */
export async function restateServer(): Promise<RestateServer> {
  const { platform, arch } = process
  const program = fileURLToPath(
    new URL(
      `./node_modules/@restatedev/restate-server-${platform}-${arch}/bin/restate-server`,
      import.meta.url,
    ),
  )
  if (!existsSync(program)) throw new EngineUnavailable(`npm has no Restate server for ${platform}-${arch}.`)
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
  await using started = new AsyncDisposableStack()
  started.defer(() => rmSync(folder, { recursive: true }))
  const ports = new Map<string, number>()
  started.use(
    await Server.start({
      command: program,
      args: [
        ...['--base-dir', folder, '--no-logo', '--log-format', 'json'],
        ...['--listen-mode', 'tcp', '--bind-ip', '127.0.0.1', '--use-random-ports', 'true'],
      ],
      env: { RESTATE_DISABLE_TELEMETRY: 'true', DO_NOT_TRACK: '1' },
      stopSignal: 'SIGTERM',
      isReady(line) {
        const listening = listeningIn(line)
        if (listening !== undefined) ports.set(listening.server, listening.port)
        return ports.has(ingress) && ports.has(admin)
      },
    }),
  )
  const all = started.move()
  return {
    ingressUrl: `http://127.0.0.1:${ports.get(ingress)}`,
    adminUrl: `http://127.0.0.1:${ports.get(admin)}`,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const ingress = 'http-ingress-server'
const admin = 'admin-api-server'

/** Which of its servers listens on which port now, if the line says so. */
function listeningIn(line: string): { readonly server: string; readonly port: number } | undefined {
  const server = /"server_name":"([^"]+)"/.exec(line)?.[1]
  const port = /"server\.port":(\d+)/.exec(line)?.[1]
  return server === undefined || port === undefined ? undefined : { server, port: Number(port) }
}
