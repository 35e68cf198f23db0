/**
 * Networks, subnets, interfaces, server groups, snapshots and floating addresses; what projects are told of their actions,
 * and the events that are passed on. A server that was there before has its one public interface, under its own uuid.
 */
export const networksAndWhatFollows = `
  alter table projects add column quotas_json text not null default '{}';
  alter table projects add column deleted_at text;

  alter table volumes add column change text;
  alter table volumes add column change_action_id text;
  alter table volumes add column change_since text;

  create table networks (
    uuid text primary key,
    project_id text not null references projects (id),
    name text not null,
    zone text not null,
    mtu integer not null,
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text,
    cloud_network_id text
  ) strict;
  create index networks_live on networks (project_id, created_at) where deleted_at is null;

  create table subnets (
    uuid text primary key,
    project_id text not null references projects (id),
    network_uuid text not null references networks (uuid),
    cidr text not null,
    gateway_address text,
    dns_servers_json text,
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text,
    cloud_subnet_id text
  ) strict;
  create index subnets_live on subnets (project_id, created_at) where deleted_at is null;
  create index subnets_of_network on subnets (network_uuid);

  create table interfaces (
    uuid text primary key,
    server_uuid text references servers (uuid),
    position integer,
    network_uuid text references networks (uuid),
    cloud_port_id text
  ) strict;
  create index interfaces_of_server on interfaces (server_uuid, position);
  create index interfaces_of_network on interfaces (network_uuid) where network_uuid is not null;
  insert into interfaces (uuid, server_uuid, position, network_uuid, cloud_port_id)
    select uuid, uuid, 0, null, cloud_port_id from servers;

  alter table addresses add column interface_uuid text references interfaces (uuid);
  update addresses set interface_uuid = server_uuid;
  create index addresses_of_interface on addresses (interface_uuid);

  create table freed_ordinals (
    zone text not null,
    version integer not null,
    ordinal integer not null,
    primary key (zone, version, ordinal)
  ) strict, without rowid;
  insert into freed_ordinals
    with recursive given (zone, version, ordinal) as (
      select zone, version, max(ordinal) from addresses group by zone, version
      union all
      select zone, version, ordinal - 1 from given where ordinal > 0
    )
    select * from given except select zone, version, ordinal from addresses;
  create trigger addresses_freed after delete on addresses begin
    insert into freed_ordinals values (old.zone, old.version, old.ordinal);
  end;
  create trigger addresses_taken after insert on addresses begin
    delete from freed_ordinals where zone = new.zone and version = new.version and ordinal = new.ordinal;
  end;

  create table subnet_addresses (
    subnet_uuid text not null references subnets (uuid),
    ordinal integer not null,
    address text not null,
    version integer not null check (version in (4, 6)),
    interface_uuid text not null references interfaces (uuid),
    position integer not null,
    state text not null check (state in ('chosen', 'held')),
    action_key text,
    is_next_free integer not null default 1,
    primary key (subnet_uuid, ordinal)
  ) strict, without rowid;
  create index subnet_addresses_of_interface on subnet_addresses (interface_uuid, position);
  create index subnet_addresses_before_gaps on subnet_addresses (subnet_uuid, ordinal) where is_next_free = 1;
  create trigger subnet_addresses_taken after insert on subnet_addresses begin
    update subnet_addresses set is_next_free = 0
      where subnet_uuid = new.subnet_uuid and ordinal = new.ordinal - 1;
    update subnet_addresses set is_next_free = 0
      where subnet_uuid = new.subnet_uuid and ordinal = new.ordinal and exists (
        select 1 from subnet_addresses where subnet_uuid = new.subnet_uuid and ordinal = new.ordinal + 1
      );
  end;
  create trigger subnet_addresses_freed after delete on subnet_addresses begin
    update subnet_addresses set is_next_free = 1
      where subnet_uuid = old.subnet_uuid and ordinal = old.ordinal - 1;
  end;

  create table server_groups (
    uuid text primary key,
    project_id text not null references projects (id),
    name text not null,
    type text not null,
    zone text not null,
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text,
    cloud_group_id text
  ) strict;
  create index server_groups_live on server_groups (project_id, created_at) where deleted_at is null;

  create table server_group_members (
    server_uuid text not null references servers (uuid),
    group_uuid text not null references server_groups (uuid),
    position integer not null,
    primary key (server_uuid, group_uuid)
  ) strict, without rowid;
  create index members_of_server_group on server_group_members (group_uuid);

  create table volume_snapshots (
    uuid text primary key,
    project_id text not null references projects (id),
    volume_uuid text not null references volumes (uuid),
    name text not null,
    size_gb integer not null,
    zone text not null,
    status text not null check (status in ('creating', 'available', 'deleting')),
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text,
    cloud_snapshot_id text
  ) strict;
  create index volume_snapshots_live on volume_snapshots (project_id, created_at) where deleted_at is null;
  create index snapshots_of_volume on volume_snapshots (volume_uuid, created_at) where deleted_at is null;
  alter table volumes add column snapshot_uuid text references volume_snapshots (uuid);
  create index volumes_from_snapshot on volumes (snapshot_uuid) where snapshot_uuid is not null;

  create table floating_ips (
    uuid text primary key,
    project_id text not null references projects (id),
    address text not null,
    version integer not null check (version in (4, 6)),
    prefix_length integer not null,
    type text not null check (type in ('regional', 'global')),
    region text,
    pool text not null,
    ordinal integer not null,
    server_uuid text references servers (uuid),
    next_hop text,
    reverse_ptr text,
    held_by text,
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    is_released integer not null default 0 check (is_released in (0, 1)),
    change text,
    change_action_id text,
    change_since text
  ) strict;
  create index floating_ips_live on floating_ips (project_id, created_at) where deleted_at is null;
  create unique index floating_ips_by_address on floating_ips (address) where is_released = 0;
  create index floating_ips_of_address on floating_ips (project_id, address, created_at);
  create unique index floating_ips_by_ordinal on floating_ips (pool, ordinal) where is_released = 0;
  create index floating_ips_of_server on floating_ips (server_uuid) where server_uuid is not null;

  create table project_actions (
    action_id text primary key,
    project_id text not null references projects (id),
    name text not null,
    object_kind text not null,
    object_uuid text not null,
    object_name text not null,
    initiator text not null,
    log_action text,
    log_message text,
    state text not null check (state in ('running', 'succeeded', 'rolled-back')),
    reason text,
    started_at text not null,
    ended_at text
  ) strict;
  create index project_actions_by_id on project_actions (project_id, action_id);
  create index project_actions_of_object on project_actions (object_uuid, action_id);
  create index project_actions_unfinished on project_actions (project_id, action_id) where state = 'running';
  create index project_actions_by_end on project_actions (project_id, ended_at) where ended_at is not null;

  create table events (
    id integer primary key autoincrement,
    project_id text not null references projects (id),
    object text not null,
    action text not null,
    message text not null,
    initiator text not null,
    at text not null,
    delivered_at text
  ) strict;
  create index events_of_project on events (project_id, id);
  create index events_by_time on events (project_id, at);
  create index events_undelivered on events (id) where delivered_at is null;

  create table gone_of_any_kind (
    uuid text primary key,
    project_id text not null references projects (id),
    kind text not null,
    detail text not null,
    until_ms integer not null
  ) strict;
  insert into gone_of_any_kind select uuid, project_id, kind, detail, until_ms from gone;
  drop table gone;
  alter table gone_of_any_kind rename to gone;
`
