import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { Button } from './button.tsx'

interface ShowOlderProps {
  /** A list that begins with the newest. */
  readonly found: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>
}

/** Reads the next page of a list, as long as there is one. */
export function ShowOlder({ found }: ShowOlderProps) {
  if (!found.hasNextPage) return null
  return (
    <p>
      <Button onPress={() => found.fetchNextPage()} isDisabled={found.isFetchingNextPage}>
        {found.isFetchingNextPage ? 'Reading …' : 'Show older ones'}
      </Button>
    </p>
  )
}
