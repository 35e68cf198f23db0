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
  // The kinds of objects are more now, and no longer named by a check: SQLite can't change one in place. With foreign keys
  // on, what refers to a table goes with it: so the parts are put aside first, and come back to the table's successor.
  `
  create temp table kept_servers as select * from servers;
  create temp table kept_ports as select * from ports;
  create temp table kept_port_addresses as select * from port_addresses;
  create temp table kept_volumes as select * from volumes;
  create temp table kept_pointers as select * from pointers;
  drop table port_addresses;
  drop table ports;
  drop table volumes;
  drop table pointers;
  drop table servers;

  create table next_objects (
    seq integer primary key autoincrement,
    id text not null unique,
    kind text not null,
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
  insert into next_objects select * from objects;
  drop table objects;
  alter table next_objects rename to objects;
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
  insert into servers select * from kept_servers;

  create table volumes (
    id text primary key references objects (id) on delete cascade,
    size_gb integer not null,
    type text not null check (type in ('ssd', 'bulk')),
    image text,
    server_id text references servers (id) on delete set null
  ) strict;
  create index volumes_by_server on volumes (server_id);
  insert into volumes select * from kept_volumes;

  create table pointers (
    id text primary key references objects (id) on delete cascade,
    name text not null
  ) strict;
  insert into pointers select * from kept_pointers;

  create table routes (
    id text primary key references objects (id) on delete cascade,
    next_hop text not null
  ) strict;

  create table networks (
    id text primary key references objects (id) on delete cascade,
    name text not null,
    mtu integer not null,
    -- What a change under way leads to.
    next_mtu integer
  ) strict;

  create table subnets (
    id text primary key references objects (id) on delete cascade,
    network_id text not null references networks (id),
    cidr text not null,
    gateway text,
    -- A list of addresses, in JSON.
    dns_servers text not null,
    -- What a change under way leads to: there is one while the next servers are not null, since a gateway may be none.
    next_gateway text,
    next_dns_servers text
  ) strict;
  create index subnets_by_network on subnets (network_id);

  create table ports (
    id text primary key references objects (id) on delete cascade,
    -- \`public\`, or the id of a network.
    network text not null,
    mac_address text not null unique,
    server_id text references servers (id) on delete set null
  ) strict;
  create index ports_by_server on ports (server_id);
  create index ports_by_network on ports (network);
  insert into ports select * from kept_ports;

  create table port_addresses (
    network text not null,
    address text not null,
    version integer not null check (version in (4, 6)),
    port_id text not null references ports (id) on delete cascade,
    position integer not null,
    -- None for a public address.
    subnet_id text references subnets (id),
    primary key (network, address)
  ) strict;
  create index port_addresses_by_port on port_addresses (port_id);
  create index port_addresses_by_subnet on port_addresses (subnet_id) where subnet_id is not null;
  insert into port_addresses (network, address, version, port_id, position)
    select network, address, version, port_id, position from kept_port_addresses;

  drop table kept_servers;
  drop table kept_ports;
  drop table kept_port_addresses;
  drop table kept_volumes;
  drop table kept_pointers;

  -- What was published, in the order of arrival. The same id may come again.
  create table events (
    seq integer primary key autoincrement,
    id integer not null,
    project_id text not null,
    object text not null,
    action text not null,
    at text not null
  ) strict;
  `,
  `
  -- What a broken object was at; null if it was at nothing. One that was never made can't be changed into a whole one.
  alter table objects add column failed_task text;
  update objects set failed_task = 'create' where state = 'broken' and kind in ('port', 'volume');

  create table server_groups (
    id text primary key references objects (id) on delete cascade,
    name text not null
  ) strict;

  alter table servers add column group_id text references server_groups (id) on delete set null;
  alter table servers add column host text;
  -- The server holds it for as long as it is there.
  alter table servers add column boot_volume_id text;
  create index servers_by_group on servers (group_id) where group_id is not null;
  update servers set
    host = (select zone || '-1' from objects where objects.id = servers.id),
    boot_volume_id = (
      select id from volumes join objects using (id)
      where server_id = servers.id and image is not null order by seq limit 1
    );

  -- What a change under way leads to.
  alter table ports add column next_server_id text references servers (id) on delete set null;
  create index ports_by_next_server on ports (next_server_id) where next_server_id is not null;

  create table snapshots (
    id text primary key references objects (id) on delete cascade,
    volume_id text not null references volumes (id),
    size_gb integer not null
  ) strict;
  create index snapshots_by_volume on snapshots (volume_id);

  alter table volumes add column snapshot_id text references snapshots (id) on delete set null;
  alter table volumes add column revert_key text;
  -- What a change under way leads to: room is held for the larger size until it has settled.
  alter table volumes add column next_server_id text references servers (id) on delete set null;
  alter table volumes add column next_size_gb integer;
  alter table volumes add column next_revert_key text;
  create index volumes_by_snapshot on volumes (snapshot_id) where snapshot_id is not null;
  create index volumes_by_next_server on volumes (next_server_id) where next_server_id is not null;
  `,
  `
  create table images (
    id text primary key references objects (id) on delete cascade,
    name text not null,
    -- A list of slugs, in JSON.
    zones text not null,
    url text not null,
    format text not null,
    firmware_type text not null,
    -- Why what the URL leads to can't be imported.
    problem text,
    size_bytes integer,
    md5 text,
    sha256 text
  ) strict;
  `,
  `
  create table load_balancers (
    id text primary key references objects (id) on delete cascade,
    name text not null,
    flavor text not null
  ) strict;

  -- What a load balancer is reached by.
  alter table ports add column load_balancer_id text references load_balancers (id) on delete set null;
  create index ports_by_load_balancer on ports (load_balancer_id) where load_balancer_id is not null;

  create table load_balancer_parts (
    id text primary key references objects (id) on delete cascade,
    load_balancer_id text not null references load_balancers (id),
    -- What a member or monitor is of, and where a listener hands its connections.
    pool_id text references load_balancer_parts (id),
    -- All that was asked for, in JSON.
    part text not null,
    -- What a change under way leads to.
    next_part text
  ) strict;
  create index load_balancer_parts_by_load_balancer on load_balancer_parts (load_balancer_id);
  create index load_balancer_parts_by_pool on load_balancer_parts (pool_id) where pool_id is not null;

  -- What is needed to say at any time how a member is, and changes only when something happens.
  create table member_checks (
    member_id text primary key references load_balancer_parts (id) on delete cascade,
    load_balancer_id text not null,
    pool_id text not null,
    subnet_id text not null,
    address text not null,
    is_enabled integer not null,
    is_answering integer not null,
    -- Since when it answers, or doesn't.
    since_ms real not null,
    -- How it was until then.
    health text not null check (health in ('up', 'down', 'unknown')),
    -- Null without a monitor.
    up_after_ms real,
    down_after_ms real
  ) strict;
  create index member_checks_by_load_balancer on member_checks (load_balancer_id);
  create index member_checks_by_pool on member_checks (pool_id);
  create index member_checks_by_address on member_checks (subnet_id, address);

  -- The ports that its programs listen on, in JSON.
  alter table servers add column listening_ports text not null default '[22]';
  `,
  `
  create table objects_users (
    id text primary key references objects (id) on delete cascade,
    access_key text not null unique,
    -- Of the key itself nothing is kept.
    secret_key_hash text not null
  ) strict;

  create table buckets (
    name text primary key,
    user_id text not null references objects_users (id) on delete cascade,
    made_at_ms real not null
  ) strict;
  create index buckets_by_user on buckets (user_id);

  create table routers (
    id text primary key references objects (id) on delete cascade,
    name text not null
  ) strict;

  alter table ports add column router_id text references routers (id) on delete set null;
  -- What a change under way leads to.
  alter table ports add column next_router_id text references routers (id) on delete set null;
  create index ports_by_router on ports (router_id) where router_id is not null;
  create index ports_by_next_router on ports (next_router_id) where next_router_id is not null;
  `,
  `
  -- All of a kind, page by page.
  create index objects_by_kind on objects (kind, id);
  -- What a zone holds: its hosts and stores, not the number of zones, bound what is summed up for a new object.
  create index objects_by_zone on objects (zone, kind);
  `,
]
