import { useEffect, useState } from 'react'

/** What is shown while a view loads: nothing for a moment, since most come at once, then rows of the true height. */
export function Skeleton({ label, rows }: { label: string; rows: number }) {
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(setShown, 150, true)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div role="status" aria-label={label} className={isShown ? '' : 'invisible'}>
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <div key={at} className="flex h-8 items-center border-b">
          <div className="breathing h-2.5 w-2/3 rounded bg-hover" />
        </div>
      ))}
    </div>
  )
}
