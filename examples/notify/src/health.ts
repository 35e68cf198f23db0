/** How the ways to a user are, for the example to change. */
export interface Health {
  phone: 'well' | 'offline' | 'muted'
  tablet: 'well' | 'offline'
  mailbox: 'well' | 'full'
}
