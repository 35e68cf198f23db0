import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { RouterProvider } from 'react-aria-components'
import { api } from '../api/client.ts'
import { session, useIsSignedIn } from '../api/session.ts'
import { useLive, useLiveStream } from '../live/use-live.ts'
import { useServerNow } from '../live/use-server-now.ts'
import { Button } from '../ui/button.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { SignInPage } from './sign-in-page.tsx'

/** The frame around every page; without a session, the sign-in form at whatever address was asked for. */
export function Shell() {
  return useIsSignedIn() ? <SignedIn /> : <SignInPage />
}

function SignedIn() {
  const router = useRouter()
  useLiveStream()
  return (
    <RouterProvider navigate={href => router.history.push(href)}>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-40 focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <header className="relative top-0 z-20 flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b bg-surface/90 px-5 py-1.5 backdrop-blur sm:sticky">
        <Link to="/" className="flex items-center gap-2 font-semibold text-ink no-underline">
          <Mark />
          Evenkeel console
        </Link>
        <Pages />
        <StreamState />
        <span className="flex-1" />
        <IncidentSearch />
        <SignOut />
      </header>
      <main id="main" className="mx-auto max-w-[1600px] px-5 pt-4 pb-16">
        <Outlet />
      </main>
    </RouterProvider>
  )
}

function Pages() {
  const hasFindings = useLive().reading?.findings !== undefined
  return (
    <nav aria-label="Pages" className="flex gap-1">
      {(hasFindings ? [...pages, findingsPage] : pages).map(({ to, name }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ className: 'bg-hover font-semibold text-ink' }}
          inactiveProps={{ className: 'text-muted' }}
          className="rounded px-2 py-1 no-underline hover:bg-hover"
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}

const pages = [
  { to: '/', name: 'Live' },
  { to: '/actions', name: 'Actions' },
  { to: '/log', name: 'Log' },
] as const

/** Only where records and cloud are compared. */
const findingsPage = { to: '/findings', name: 'Findings' } as const

function Mark() {
  return (
    <svg aria-hidden viewBox="0 0 32 32" className="size-5">
      <rect width="32" height="32" rx="7" fill="var(--color-accent)" />
      <path
        d="M6 13h20M9 13c0 7 3.5 11 7 13 3.5-2 7-6 7-13M16 5v8"
        fill="none"
        stroke="var(--color-surface)"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

/** How fresh everything on the page is. */
function StreamState() {
  const { connection, receivedAtMs, clockOffsetMs } = useLive()
  const ageSeconds = Math.max(0, Math.round((useServerNow() - clockOffsetMs - receivedAtMs) / 1000))
  const words = {
    connecting: 'connecting …',
    live: `live · updated ${ageSeconds <= 1 ? '1' : ageSeconds} s ago`,
    reconnecting: `reconnecting · last update ${ageSeconds} s ago`,
  }
  const isLive = connection === 'live'
  return (
    // Not announced: it changes every second.
    <span
      data-testid="stream-state"
      className={`inline-flex items-center gap-1.5 text-sm ${connection === 'reconnecting' ? 'font-semibold text-warn' : 'text-muted'}`}
    >
      <span aria-hidden className={`size-1.5 rounded-full ${isLive ? 'bg-good' : 'breathing bg-warn'}`} />
      {words[connection]}
    </span>
  )
}

function IncidentSearch() {
  const router = useRouter()
  const find = useMutation({
    mutationFn: api.incident,
    onSuccess: ({ id, kind }) =>
      kind === 'action'
        ? router.navigate({ to: '/actions/$id', params: { id } })
        : router.navigate({ to: '/transactions/$id', params: { id } }),
  })
  return (
    <SearchBox
      label="Incident number"
      onSearch={text => text !== '' && find.mutate(text.toUpperCase())}
      onChange={() => find.reset()}
      error={find.error?.message}
    />
  )
}

function SignOut() {
  const queries = useQueryClient()
  const signOut = useMutation({
    mutationFn: api.signOut,
    onSuccess: () => {
      session.end()
      queries.clear()
    },
  })
  return (
    <Button look="quiet" onPress={() => signOut.mutate()}>
      {signOut.isError ? 'Sign out failed: again' : 'Sign out'}
    </Button>
  )
}
