/** Which action each idempotency key stands for. */
export const idempotentStarts = `
  create table idempotent_starts (
    principal text not null,
    key text not null,
    action_id text not null,
    action text not null,
    request_hash text not null,
    at_ms integer not null,
    primary key (principal, key)
  ) strict, without rowid;
  create index idempotent_starts_by_age on idempotent_starts (at_ms);
`
