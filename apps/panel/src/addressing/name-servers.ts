/** What resolves names for servers on subnets that aren't told others: the provider's, at addresses that nobody else is given (RFC 6598). */
export const providerNameServers: readonly string[] = ['100.127.0.53', '100.127.1.53']
