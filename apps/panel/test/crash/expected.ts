import type { ActionSummary } from 'evenkeel/actions'
import { type Ask, deletionOf, type OwnedServer, type OwnedVolume } from './model.ts'

/** How a server must be, once everything that was asked has ended. */
export interface ExpectedServer {
  readonly status: 'running' | 'stopped'
  /** Several, where it is not known which of two lost changes was begun. */
  readonly flavors: readonly string[]
}

/**
 * How a server must be, from what was asked and how its actions ended; undefined if it must not be there.
 *
 * @param actions those on the server, oldest first
 */
export function expectedServer(
  server: OwnedServer,
  actions: readonly ActionSummary[],
): ExpectedServer | undefined {
  const succeeded = actions.filter(({ state }) => state === 'succeeded')
  if (deletionOf(server) !== undefined || !succeeded.some(({ name }) => name === 'server.create'))
    return undefined
  const last = (...names: readonly string[]) => succeeded.findLast(({ name }) => names.includes(name))
  const resize = last('server.resize')
  return {
    status: last('server.start', 'server.stop')?.name === 'server.stop' ? 'stopped' : 'running',
    flavors: resize === undefined ? [server.flavor] : flavorsOf(resize, server),
  }
}

/** Whether a volume must be there, once everything has ended. */
export function isVolumeExpected(
  volume: OwnedVolume,
  server: OwnedServer,
  actions: readonly ActionSummary[],
): boolean {
  const isMade = actions.some(({ name, state }) => name === 'server.create' && state === 'succeeded')
  const isGoneWithServer = volume.isRoot && deletionOf(server) !== undefined
  return isMade && !isGoneWithServer && deletionOf(volume) === undefined
}

function flavorsOf({ id }: ActionSummary, { asks }: OwnedServer): readonly string[] {
  const resizes = asks.filter(({ action }) => action === 'server.resize')
  const known = resizes.find(({ actionId }) => actionId === id)
  const candidates: readonly Ask[] =
    known === undefined ? resizes.filter(({ answer }) => answer === 'lost') : [known]
  return candidates.flatMap(({ flavor }) => flavor ?? [])
}
