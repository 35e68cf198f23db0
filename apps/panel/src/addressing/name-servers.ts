/** What resolves names for servers on subnets that aren't told others: the provider's, in a range that customers' addresses are never from (RFC 6598). */
export const providerNameServers: readonly string[] = ['100.127.0.53', '100.127.1.53']
