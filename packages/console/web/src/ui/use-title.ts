import { useEffect } from 'react'

/** Says in the browser's tab what the page is about, so that a look at the tab is enough. */
export function useTitle(about: string): void {
  useEffect(() => {
    document.title = `${about} · Evenkeel console`
    return () => {
      document.title = 'Evenkeel console'
    }
  }, [about])
}
