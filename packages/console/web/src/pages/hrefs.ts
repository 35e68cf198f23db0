const base = new URL(document.baseURI).pathname

/** Addresses of pages, for rows that lead to them. */
export const actionHref = (id: string) => `${base}actions/${id}`
export const transactionHref = (id: string) => `${base}transactions/${id}`
