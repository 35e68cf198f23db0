/** Images of tenants' own, the imports that they come from, and what a server still says of one that is gone. */
export const customImages = `
  create table custom_image_imports (
    uuid text primary key,
    project_id text not null references projects (id),
    name text not null,
    slug text,
    url text not null,
    source_format text not null,
    firmware_type text not null,
    user_data_handling text not null,
    zones_json text not null,
    status text not null check (status in ('in_progress', 'success', 'failed')),
    error_message text,
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text
  ) strict;
  create index custom_image_imports_live on custom_image_imports (project_id, created_at) where deleted_at is null;

  create table custom_images (
    uuid text primary key references custom_image_imports (uuid),
    project_id text not null references projects (id),
    name text not null,
    slug text,
    zones_json text not null,
    size_gb integer not null,
    md5 text not null,
    sha256 text not null,
    firmware_type text not null,
    user_data_handling text not null,
    cloud_image_id text not null,
    tags_json text not null,
    created_at text not null,
    deleted_at text,
    change text,
    change_action_id text,
    change_since text
  ) strict;
  create index custom_images_live on custom_images (project_id, created_at) where deleted_at is null;

  alter table servers add column image_name text;
  alter table servers add column image_uuid text;
  create index servers_of_image on servers (image_uuid) where image_uuid is not null;
`
