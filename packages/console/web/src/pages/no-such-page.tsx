import { Link } from '@tanstack/react-router'
import { Empty } from '../ui/empty.tsx'

export function NoSuchPage() {
  return (
    <div className="py-20">
      <Empty title="There is no such page">
        Everything begins at <Link to="/">the live page</Link>.
      </Empty>
    </div>
  )
}
