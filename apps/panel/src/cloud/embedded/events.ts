import type { Events, PanelEvent } from '../events.ts'
import type { Calls } from './calls.ts'
import type { CloudDatabase } from './database.ts'
import type { Moment } from './moment.ts'
import { failed } from './refusals.ts'

/** How many events are kept: the newest. */
export const eventsKeptMax = 10_000

/** The event port of the embedded cloud: it keeps what it is told, for whoever looks. */
export function embeddedEvents(calls: Calls): Events {
  return {
    publish: (event, signal) => calls.effect('events.publish', event, signal),
  }
}

export function publish({ db, operation, fault }: Moment, event: PanelEvent): void {
  // An event is no object that could end broken: it is kept, or it is not.
  if (fault !== undefined) throw failed(operation)
  const { id, projectId, object, action, at } = event
  db.run(
    'insert into events (id, project_id, object, action, at) values (?, ?, ?, ?, ?)',
    id,
    projectId,
    object,
    action,
    at,
  )
  db.run('delete from events where seq <= (select max(seq) from events) - ?', eventsKeptMax)
}

/** The newest of the events that were published, in the order in which they came: one may be there twice. */
export function publishedEvents(db: CloudDatabase): readonly PanelEvent[] {
  return db
    .all<PanelEvent>('select id, project_id as projectId, object, action, at from events order by seq')
    .map(event => ({ ...event }))
}
