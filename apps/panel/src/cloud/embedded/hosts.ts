import { capacityOf } from './capacity.ts'
import type { Moment } from './moment.ts'

// Room is counted per zone, as if servers moved from host to host by themselves. What hosts are for is to keep servers
// apart.

/**
 * Gives a server a host, unless it has one: in its zone, and of no other server of its group.
 *
 * @param apartFromIds servers whose hosts it can't have either
 * @returns the moment to begin in: where no host is left, what begins is accepted, and ends in a fault
 */
export function placing(moment: Moment, serverId: string, apartFromIds: readonly string[] = []): Moment {
  const server = moment.db.one<UnplacedRow>(
    'select seq, zone, group_id from objects join servers using (id) where id = ? and host is null',
    serverId,
  )
  if (server === undefined) return moment
  const host = freeHost(moment, server, apartFromIds)
  if (host !== undefined) {
    moment.db.run('update servers set host = ? where id = ?', host, serverId)
    return moment
  }
  const others = server.group_id === null ? apartFromIds.join(', ') : `server group ${server.group_id}`
  const fault = `No host in zone ${server.zone} is left that is apart from ${others}.`
  return { ...moment, fault: moment.fault ?? fault }
}

interface UnplacedRow {
  readonly seq: number
  readonly zone: string
  readonly group_id: string | null
}

/** Servers go round the hosts as they come. */
function freeHost(
  moment: Moment,
  { seq, zone, group_id }: UnplacedRow,
  apartFromIds: readonly string[],
): string | undefined {
  const { hostCount } = capacityOf(moment, zone)
  const taken = new Set(
    moment.db
      .all<{ host: string }>(
        `select host from servers where group_id = ? and host is not null
         union select host from servers where id in (select value from json_each(?)) and host is not null`,
        group_id,
        JSON.stringify(apartFromIds),
      )
      .map(({ host }) => host),
  )
  return Array.from({ length: hostCount }, (_, turn) => `${zone}-${((seq + turn) % hostCount) + 1}`).find(
    host => !taken.has(host),
  )
}
