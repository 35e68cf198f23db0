/** Which projects are suspended, which of their servers run again afterwards, and the maintenance that is announced. */
export const suspensionsAndMaintenance = `
  create table suspensions (
    project_id text primary key references projects (id),
    reason text not null,
    message text,
    suspended_by text not null,
    since text not null,
    action_id text not null
  ) strict, without rowid;

  create table suspended_servers (
    server_uuid text primary key references servers (uuid)
  ) strict, without rowid;

  create table maintenance (
    only_row integer primary key check (only_row = 1),
    from_ms integer not null,
    until_ms integer not null check (until_ms > from_ms),
    message text,
    announced_by text not null,
    announced_at text not null
  ) strict;
`
