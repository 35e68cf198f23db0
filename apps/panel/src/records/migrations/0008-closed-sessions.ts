/** Sessions of operators that were closed before their end: signing out holds for whoever has a copy of the cookie, too. */
export const closedSessions = `
  create table closed_sessions (
    id text primary key,
    ends_at_ms integer not null
  ) strict, without rowid;
`
