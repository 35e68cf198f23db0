import { execFile } from 'node:child_process'
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EngineUnavailable } from '../engine.ts'
import { Server } from './server.ts'

const run = promisify(execFile)

export interface Postgres extends AsyncDisposable {
  /** Where to connect, with `/<database>` to be set as its path. */
  readonly url: string
}

/**
 * A PostgreSQL of Debian's with a data folder of its own, reached by a socket in that folder and by nothing else. Its
 * settings are the defaults: a commit waits for the disk.
 *
 * @throws {EngineUnavailable} it isn't installed and can't be, or does not start
 */
export async function postgres(): Promise<Postgres> {
  const programs = programsFolder() ?? (await install())
  const user = await unprivilegedUser()
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'))
  await using started = new AsyncDisposableStack()
  started.defer(() => rmSync(folder, { recursive: true }))
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  await run(join(programs, 'initdb'), ['--pgdata', data, '--username', 'bench', '--auth', 'trust'], {
    ...user,
  })
  started.use(
    await Server.start({
      command: join(programs, 'postgres'),
      args: ['-D', data, '-c', 'listen_addresses=', '-c', `unix_socket_directories=${folder}`],
      user,
      stopSignal: 'SIGINT', // without waiting for its clients to go
      isReady: line => line.includes('ready to accept connections'),
    }),
  )
  const all = started.move()
  return {
    url: `postgresql://bench@localhost/?host=${encodeURIComponent(folder)}`,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function programsFolder(): string | undefined {
  return globSync('/usr/lib/postgresql/*/bin').find(folder => existsSync(join(folder, 'postgres')))
}

async function install(): Promise<string> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new EngineUnavailable(
      'there is no PostgreSQL in /usr/lib/postgresql. Install it (on Debian: sudo apt-get install postgresql).',
    )
  }
  console.log('Installing PostgreSQL …')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const patient = ['-q', '-o', 'DPkg::Lock::Timeout=300']
  try {
    await run('apt-get', [...patient, 'update'], { env })
    await run('apt-get', [...patient, 'install', '-y', '--no-install-recommends', 'postgresql'], { env })
  } catch (error) {
    throw new EngineUnavailable(`PostgreSQL could not be installed (${String(error).split('\n')[0]}).`)
  }
  const folder = programsFolder()
  if (folder === undefined)
    throw new EngineUnavailable('Debian installed PostgreSQL, and not where it used to.')
  return folder
}

/** PostgreSQL refuses to run as root: there it runs as the user that its package has made. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const id = async (which: string) => Number((await run('id', [which, 'postgres'])).stdout)
  return { uid: await id('-u'), gid: await id('-g') }
}
