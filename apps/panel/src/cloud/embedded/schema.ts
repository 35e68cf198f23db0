/**
 * How the file of the embedded cloud came to its present form: the migration at index n leads from version
 * n to n + 1. One that was released is never edited, since files made by it are out there.
 */
export const migrations: readonly string[] = [
  `
  create table objects (
    seq integer primary key autoincrement,
    id text not null unique,
    kind text not null check (kind in ('port', 'volume', 'server', 'pointer')),
    key text not null,
    zone text,
    made_at_ms real not null,
    state text not null check (state in ('pending', 'ready', 'broken')),
    fault text,
    -- What a pending object is at, when that ends, and the fault that it then ends with, if any.
    task text,
    settles_at_ms real,
    settle_fault text,
    check ((state = 'pending') = (task is not null)),
    check ((state = 'broken') = (fault is not null))
  ) strict;
  create index objects_by_key on objects (key);
  create index objects_by_settling on objects (settles_at_ms) where settles_at_ms is not null;

  create table servers (
    id text primary key references objects (id) on delete cascade,
    hostname text not null,
    vcpu_count integer not null,
    memory_gb integer not null,
    gpu_count integer not null,
    -- What a resize under way leads to: room is held for both sizes until it has settled.
    next_vcpu_count integer,
    next_memory_gb integer,
    next_gpu_count integer,
    power text not null check (power in ('running', 'stopped')),
    boot_count integer not null,
    ssh_host_key text,
    ssh_fingerprint text
  ) strict;

  create table ports (
    id text primary key references objects (id) on delete cascade,
    network text not null,
    mac_address text not null unique,
    server_id text references servers (id) on delete set null
  ) strict;
  create index ports_by_server on ports (server_id);

  create table port_addresses (
    network text not null,
    address text not null,
    version integer not null check (version in (4, 6)),
    port_id text not null references ports (id) on delete cascade,
    position integer not null,
    primary key (network, address)
  ) strict;
  create index port_addresses_by_port on port_addresses (port_id);

  create table volumes (
    id text primary key references objects (id) on delete cascade,
    size_gb integer not null,
    type text not null check (type in ('ssd', 'bulk')),
    image text,
    server_id text references servers (id) on delete set null
  ) strict;
  create index volumes_by_server on volumes (server_id);

  create table pointers (
    id text primary key references objects (id) on delete cascade,
    name text not null
  ) strict;

  -- Effects whose caller was told of a time-out, and that are still to come.
  create table late_effects (
    seq integer primary key autoincrement,
    due_at_ms real not null,
    operation text not null,
    request text not null
  ) strict;
  create index late_effects_by_time on late_effects (due_at_ms);

  create table fault_orders (
    position integer primary key,
    operation text not null,
    kind text not null,
    times integer,
    probability real not null,
    delay_ms integer not null,
    struck integer not null
  ) strict;
  `,
]
