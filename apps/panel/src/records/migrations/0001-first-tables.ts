/** Accounts, what tenants own, and the actions that were admitted. */
export const firstTables = `
  create table meta (
    key text primary key,
    value text not null
  ) strict;

  create table projects (
    id text primary key,
    name text not null,
    default_zone text not null,
    quota_servers integer not null,
    quota_vcpus integer not null,
    quota_memory_gb integer not null,
    quota_volume_gb integer not null,
    created_at text not null
  ) strict;

  create table tokens (
    id text primary key,
    project_id text not null references projects (id),
    name text not null,
    hash text not null unique,
    is_read_only integer not null check (is_read_only in (0, 1)),
    is_from_environment integer not null check (is_from_environment in (0, 1)),
    created_at text not null
  ) strict;

  create table operator_tokens (
    id text primary key,
    name text not null,
    hash text not null unique,
    is_from_environment integer not null check (is_from_environment in (0, 1)),
    created_at text not null
  ) strict;

  create table servers (
    uuid text primary key,
    project_id text not null references projects (id),
    name text not null,
    hostname text not null,
    zone text not null,
    flavor text not null,
    image text not null,
    status text not null check (status in ('changing', 'running', 'stopped')),
    tags_json text not null,
    ssh_host_keys_json text,
    ssh_fingerprints_json text,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text,
    cloud_server_id text,
    cloud_port_id text,
    check ((change is null) = (change_action_id is null) and (change is null) = (change_since is null))
  ) strict;
  create index servers_live on servers (project_id, created_at) where deleted_at is null;

  create table volumes (
    uuid text primary key,
    project_id text not null references projects (id),
    server_uuid text references servers (uuid),
    name text not null,
    size_gb integer not null check (size_gb > 0),
    type text not null check (type in ('ssd', 'bulk')),
    zone text not null,
    is_root integer not null check (is_root in (0, 1)),
    position integer not null,
    status text not null check (status in ('changing', 'ready')),
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    cloud_volume_id text
  ) strict;
  create index volumes_live on volumes (project_id, created_at) where deleted_at is null;
  create index volumes_of_server on volumes (server_uuid, position) where deleted_at is null;

  create table addresses (
    address text primary key,
    version integer not null check (version in (4, 6)),
    zone text not null,
    prefix text not null,
    ordinal integer not null,
    state text not null check (state in ('chosen', 'held')),
    server_uuid text references servers (uuid),
    action_key text,
    reverse_ptr text not null,
    unique (zone, version, ordinal)
  ) strict;
  create index addresses_of_server on addresses (server_uuid);

  create table reservations (
    action_id text primary key,
    project_id text not null references projects (id),
    servers integer not null,
    vcpus integer not null,
    memory_gb integer not null,
    volume_gb integer not null
  ) strict;
  create index reservations_of_project on reservations (project_id);

  create table gone (
    uuid text primary key,
    project_id text not null references projects (id),
    kind text not null check (kind in ('server', 'volume')),
    detail text not null,
    until_ms integer not null
  ) strict;

  create table admitted_actions (
    id text primary key,
    name text not null,
    version integer not null,
    input_json text not null,
    locks_json text not null,
    at_ms integer not null
  ) strict;
`
