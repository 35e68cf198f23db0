import { type UsableKind, wrong } from './panel-state.ts'

/** What was shut down by a suspension is stopped, for as long as it is noted. */
export const usableSuspensions: UsableKind = {
  problems: state =>
    state.live('servers').flatMap(({ uuid, name, status }) => {
      const isNoted = state.all('suspended_servers').some(({ server_uuid }) => server_uuid === uuid)
      return wrong(isNoted && status !== 'stopped', `server ${name} is to run again, and is ${status}`)
    }),
  recorded: () => [],
}
