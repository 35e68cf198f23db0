/** What the reconciler has found, its last runs, and indexes by what the cloud calls the objects of live records. */
export const findings = `
  create table findings (
    id integer primary key autoincrement,
    kind text not null check (kind in ('orphan', 'missing', 'drifted', 'broken')),
    object_kind text not null,
    cloud_id text,
    object_uuid text,
    project_id text references projects (id),
    object_name text,
    field text not null,
    what text not null,
    remedies_json text not null,
    state text not null check (state in ('open', 'repairing', 'repaired', 'dismissed', 'passed')),
    action_id text,
    attempts integer not null default 0,
    last_reason text,
    next_try_at_ms integer,
    first_seen_at_ms integer not null,
    last_seen_at_ms integer not null,
    settled_at_ms integer,
    dismissed_reason text,
    dismissed_by text,
    check (coalesce(cloud_id, object_uuid) is not null),
    check ((settled_at_ms is null) = (state in ('open', 'repairing'))),
    check (state <> 'repairing' or action_id is not null)
  ) strict;
  create unique index findings_unsettled on findings (kind, object_kind, coalesce(cloud_id, object_uuid), field)
    where settled_at_ms is null;
  create index findings_dismissed on findings (kind, object_kind, coalesce(cloud_id, object_uuid), field)
    where state = 'dismissed';
  create index findings_by_state on findings (state, id);
  create index findings_of_action on findings (action_id) where action_id is not null;
  create index findings_settled on findings (settled_at_ms) where settled_at_ms is not null;

  create table reconciler_runs (
    id integer primary key autoincrement,
    started_at_ms integer not null,
    ended_at_ms integer not null,
    compared_json text not null,
    others_count integer not null,
    found_json text not null,
    exception_json text
  ) strict;

  create index servers_at_cloud on servers (cloud_server_id) where deleted_at is null;
  create index server_groups_at_cloud on server_groups (cloud_group_id) where deleted_at is null;
  create index interfaces_at_cloud on interfaces (cloud_port_id) where cloud_port_id is not null;
  create index networks_at_cloud on networks (cloud_network_id) where deleted_at is null;
  create index subnets_at_cloud on subnets (cloud_subnet_id) where deleted_at is null;
  create index routers_at_cloud on routers (cloud_router_id) where deleted_at is null;
  create index volumes_at_cloud on volumes (cloud_volume_id) where deleted_at is null;
  create index volume_snapshots_at_cloud on volume_snapshots (cloud_snapshot_id) where deleted_at is null;
  create index custom_images_at_cloud on custom_images (cloud_image_id) where deleted_at is null;
  create index load_balancers_at_cloud on load_balancers (cloud_load_balancer_id) where deleted_at is null;
  create index load_balancer_pools_at_cloud on load_balancer_pools (cloud_part_id) where deleted_at is null;
  create index load_balancer_members_at_cloud on load_balancer_members (cloud_part_id) where deleted_at is null;
  create index load_balancer_listeners_at_cloud on load_balancer_listeners (cloud_part_id) where deleted_at is null;
  create index load_balancer_monitors_at_cloud on load_balancer_monitors (cloud_part_id) where deleted_at is null;
  create index objects_users_at_cloud on objects_users (cloud_user_id) where deleted_at is null;
  create index floating_ips_by_network on floating_ips (address || '/' || prefix_length) where is_released = 0;
`
