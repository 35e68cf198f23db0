import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import { session } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/text-field.tsx'

/** Asks for an operator token and opens a session with it. */
export function SignInPage() {
  const [token, setToken] = useState('')
  const signIn = useMutation({ mutationFn: () => api.signIn(token.trim()), onSuccess: session.begin })
  return (
    <main className="mx-auto mt-[18vh] w-90 px-4">
      <h1 className="mb-1 text-lg font-semibold">Evenkeel console</h1>
      <p className="mb-5 text-muted">What the servers answer, what fails, and what is left over.</p>
      <form
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault()
          signIn.mutate()
        }}
      >
        <TextField
          label="Operator token"
          type="password"
          autoComplete="current-password"
          autoFocus
          isRequired
          validationBehavior="aria"
          value={token}
          onChange={value => {
            setToken(value)
            signIn.reset()
          }}
          error={signIn.error?.message}
        />
        <Button type="submit" look="primary" isDisabled={signIn.isPending || token.trim() === ''}>
          {signIn.isPending ? 'Signing in …' : 'Sign in'}
        </Button>
      </form>
      <p className="mt-5 text-sm text-muted">
        The token was printed when the server started for the first time. Whoever runs the server can make a
        new one.
      </p>
    </main>
  )
}
