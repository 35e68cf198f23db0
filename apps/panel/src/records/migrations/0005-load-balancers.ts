const ownedColumns = `
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text`

/** Load balancers with what they are put together from; interfaces that are theirs, and floating IPs that lead to them. */
export const loadBalancers = `
  create table load_balancers (
    uuid text primary key,
    project_id text not null references projects (id),
    name text not null,
    zone text not null,
    flavor text not null,
    status text not null check (status in ('changing', 'running')),
    cloud_load_balancer_id text,${ownedColumns}
  ) strict;
  create index load_balancers_live on load_balancers (project_id, created_at) where deleted_at is null;

  create table load_balancer_pools (
    uuid text primary key,
    project_id text not null references projects (id),
    load_balancer_uuid text not null references load_balancers (uuid),
    name text not null,
    algorithm text not null,
    protocol text not null,
    cloud_part_id text,${ownedColumns}
  ) strict;
  create index load_balancer_pools_live on load_balancer_pools (project_id, created_at) where deleted_at is null;
  create index load_balancer_pools_of_load_balancer on load_balancer_pools (load_balancer_uuid) where deleted_at is null;

  create table load_balancer_members (
    uuid text primary key,
    project_id text not null references projects (id),
    load_balancer_uuid text not null references load_balancers (uuid),
    pool_uuid text not null references load_balancer_pools (uuid),
    subnet_uuid text not null references subnets (uuid),
    name text not null,
    address text not null,
    protocol_port integer not null,
    monitor_port integer,
    is_enabled integer not null check (is_enabled in (0, 1)),
    cloud_part_id text,${ownedColumns}
  ) strict;
  create index load_balancer_members_live on load_balancer_members (project_id, created_at) where deleted_at is null;
  create index load_balancer_members_of_load_balancer on load_balancer_members (load_balancer_uuid) where deleted_at is null;
  create index load_balancer_members_of_pool on load_balancer_members (pool_uuid) where deleted_at is null;
  create index load_balancer_members_of_subnet on load_balancer_members (subnet_uuid) where deleted_at is null;

  create table load_balancer_listeners (
    uuid text primary key,
    project_id text not null references projects (id),
    load_balancer_uuid text not null references load_balancers (uuid),
    pool_uuid text not null references load_balancer_pools (uuid),
    name text not null,
    protocol text not null,
    protocol_port integer not null,
    allowed_cidrs_json text not null,
    timeout_client_data_ms integer not null,
    timeout_member_connect_ms integer not null,
    timeout_member_data_ms integer not null,
    cloud_part_id text,${ownedColumns}
  ) strict;
  create index load_balancer_listeners_live on load_balancer_listeners (project_id, created_at) where deleted_at is null;
  create index load_balancer_listeners_of_load_balancer on load_balancer_listeners (load_balancer_uuid)
    where deleted_at is null;
  create index load_balancer_listeners_of_pool on load_balancer_listeners (pool_uuid) where deleted_at is null;

  create table load_balancer_monitors (
    uuid text primary key,
    project_id text not null references projects (id),
    load_balancer_uuid text not null references load_balancers (uuid),
    pool_uuid text not null references load_balancer_pools (uuid),
    type text not null,
    delay_s integer not null,
    timeout_s integer not null,
    up_threshold integer not null,
    down_threshold integer not null,
    http_json text,
    cloud_part_id text,${ownedColumns}
  ) strict;
  create index load_balancer_monitors_live on load_balancer_monitors (project_id, created_at) where deleted_at is null;
  create index load_balancer_monitors_of_load_balancer on load_balancer_monitors (load_balancer_uuid)
    where deleted_at is null;
  create index load_balancer_monitors_of_pool on load_balancer_monitors (pool_uuid) where deleted_at is null;

  alter table interfaces add column load_balancer_uuid text references load_balancers (uuid);
  create index interfaces_of_load_balancer on interfaces (load_balancer_uuid, position)
    where load_balancer_uuid is not null;

  alter table floating_ips add column load_balancer_uuid text references load_balancers (uuid);
  create index floating_ips_of_load_balancer on floating_ips (load_balancer_uuid)
    where load_balancer_uuid is not null;
`
