import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { parseActionsSearch } from './pages/actions-search.ts'
import { parseFindingsSearch } from './pages/findings-search.ts'
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

const actions = createRoute({
  getParentRoute: () => root,
  path: '/actions',
  validateSearch: parseActionsSearch,
  component: lazyRouteComponent(() => import('./pages/actions-page.tsx'), 'ActionsPage'),
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

const findings = createRoute({
  getParentRoute: () => root,
  path: '/findings',
  validateSearch: parseFindingsSearch,
  component: lazyRouteComponent(() => import('./pages/findings-page.tsx'), 'FindingsPage'),
})

const log = createRoute({
  getParentRoute: () => root,
  path: '/log',
  validateSearch: parseLogSearch,
  component: lazyRouteComponent(() => import('./pages/log-page.tsx'), 'LogPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([live, actions, action, transaction, findings, log]),
  // Where the server says that the console is mounted.
  basepath: new URL(document.baseURI).pathname,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
