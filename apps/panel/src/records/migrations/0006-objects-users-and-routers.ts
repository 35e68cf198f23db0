/** Users of the object store with their keys, and routers with the interfaces that are theirs. */
export const objectsUsersAndRouters = `
  create table objects_users (
    uuid text primary key,
    project_id text not null references projects (id),
    name text not null,
    access_key text not null,
    sealed_secret_key text not null,
    cloud_user_id text,
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text
  ) strict;
  create index objects_users_live on objects_users (project_id, created_at) where deleted_at is null;

  create table routers (
    uuid text primary key,
    project_id text not null references projects (id),
    name text not null,
    zone text not null,
    is_internet_gateway integer not null check (is_internet_gateway in (0, 1)),
    status text not null check (status in ('changing', 'running')),
    cloud_router_id text,
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text
  ) strict;
  create index routers_live on routers (project_id, created_at) where deleted_at is null;

  alter table interfaces add column router_uuid text references routers (uuid);
  alter table interfaces add column mac_address text;
  create index interfaces_of_router on interfaces (router_uuid, position) where router_uuid is not null;
`
