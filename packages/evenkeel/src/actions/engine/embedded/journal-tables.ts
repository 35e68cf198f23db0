import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction, type Row } from './statements.ts'

/** Counted up with every change of the tables; a newer file than this is refused. */
export const formatVersion = 2

/**
 * `actions` and `action_locks` are what an action is found by; `entries` holds the histories that are not closed, and
 * those that are about to be archived; `archive` one row for each that is closed.
 */
const tables = `
  create table if not exists journal (id text not null);

  create table actions (
    number integer primary key,
    id text not null unique,
    name text not null,
    locks_json text not null,
    state text not null,
    outcome text,
    class text,
    ended_ms integer,
    closed_ms integer,
    is_archived integer not null default 0
  ) strict;
  create index open_actions on actions (id) where closed_ms is null;
  create index closed_actions on actions (closed_ms) where closed_ms is not null;
  create index unarchived_actions on actions (number) where closed_ms is not null and is_archived = 0;
  create index actions_by_name on actions (name, id);
  create index actions_by_class on actions (class, id) where class is not null;
  -- Nearly all have succeeded: the newest of those are found without an index.
  create index actions_by_state on actions (state, id) where state <> 'succeeded';

  create table action_locks (lock text not null, id text not null, primary key (lock, id)) strict, without rowid;

  create table entries (
    action integer not null,
    position integer not null,
    entry text not null,
    primary key (action, position)
  ) strict, without rowid;

  create table archive (action integer primary key, entries blob not null) strict;

  create table set_aside (
    id text not null,
    name text not null,
    reason text not null,
    at_ms integer not null,
    entries_json text,
    archived blob
  ) strict;
`

/** The format of a file; 0 if nothing has been made in it. */
export function formatOf(db: DatabaseSync): number {
  return (db.prepare('pragma user_version').get() as { user_version: number }).user_version
}

/** Makes the tables in an empty file, and its id. */
export function createTables(db: DatabaseSync): void {
  inTransaction(db, () => {
    if (formatOf(db) !== 0) return // another process was quicker
    db.exec(tables)
    db.prepare('insert into journal (id) values (?)').run(randomUUID())
    db.exec(`pragma user_version = ${formatVersion}`)
  })
}

/** Brings a file of format 1, which kept every entry for ever, to the present one: all of it or nothing. */
export function upgradeTables(
  db: DatabaseSync,
  append: (entries: Iterable<readonly [actionId: string, entry: string]>) => void,
): void {
  inTransaction(db, () => {
    db.exec(`
      drop index entries_of_action;
      drop index open_actions;
      alter table entries rename to old_entries;
      alter table actions rename to old_actions;
      ${tables}
    `)
    const old = db.prepare('select action_id, entry from old_entries order by number')
    append(pairsOf(old.iterate()))
    db.exec(`drop table old_entries; drop table old_actions; pragma user_version = ${formatVersion}`)
  })
}

function* pairsOf(rows: Iterable<Row>): Iterable<readonly [actionId: string, entry: string]> {
  for (const row of rows) yield [row['action_id'] as string, row['entry'] as string]
}
