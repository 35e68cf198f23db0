import './styles.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiFailure } from './api/client.ts'
import { router } from './router.tsx'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer is an answer: only a server that couldn't be reached is asked again by itself.
      retry: (count, error) => count < 2 && error instanceof ApiFailure && error.status === 0,
    },
  },
})

const element = document.getElementById('root')
if (element === null) throw new Error('The page has no element with the id "root".')

createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
