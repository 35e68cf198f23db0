import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import type { WindowMinutes } from './outcomes/outcome-series.ts'
import { NoSuchPage } from './pages/no-such-page.tsx'
import { Shell } from './pages/shell.tsx'

/** What of the live page a link to it carries along. */
export interface LiveSearch {
  /** The exception class that is looked at alone. */
  class?: string
  /** How much of the past is shown, in minutes. 5 where it isn't said. */
  window?: WindowMinutes
}

const root = createRootRoute({ component: Shell, notFoundComponent: NoSuchPage })

const live = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (search: Record<string, unknown>): LiveSearch => {
    const { class: exception, window } = search
    return {
      ...(typeof exception === 'string' && exception !== '' && { class: exception }),
      ...((window === 1 || window === 15) && { window }),
    }
  },
  component: lazyRouteComponent(() => import('./pages/live-page.tsx'), 'LivePage'),
})

const action = createRoute({
  getParentRoute: () => root,
  path: '/actions/$id',
  component: lazyRouteComponent(() => import('./pages/action-page.tsx'), 'ActionPage'),
})

const transaction = createRoute({
  getParentRoute: () => root,
  path: '/transactions/$id',
  component: lazyRouteComponent(() => import('./pages/transaction-page.tsx'), 'TransactionPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([live, action, transaction]),
  // Where the server says that the console is mounted.
  basepath: new URL(document.baseURI).pathname,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
