import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { parseLiveSearch } from './pages/live-search.ts'
import { parseLogSearch } from './pages/log-search.ts'
import { NoSuchPage } from './pages/no-such-page.tsx'
import { Shell } from './pages/shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NoSuchPage })

const live = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: parseLiveSearch,
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

const log = createRoute({
  getParentRoute: () => root,
  path: '/log',
  validateSearch: parseLogSearch,
  component: lazyRouteComponent(() => import('./pages/log-page.tsx'), 'LogPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([live, action, transaction, log]),
  // Where the server says that the console is mounted.
  basepath: new URL(document.baseURI).pathname,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
