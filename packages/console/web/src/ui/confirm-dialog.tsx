import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Heading } from 'react-aria-components'
import { Button } from './button.tsx'
import { DialogButton } from './dialog-button.tsx'

export interface ConfirmDialogProps {
  /** On the button that opens it. */
  open: string
  /** The button's name for who doesn't see what it stands beside; it begins with what is on it. */
  openLabel: string
  title: string
  /** What will come of it, and what can't be taken back. */
  children: ReactNode
  /** On the button that does it. */
  confirm: string
  onConfirm: () => Promise<unknown>
}

/** Says what will come of something before it is done. */
export function ConfirmDialog({ open, openLabel, ...question }: ConfirmDialogProps) {
  return (
    <DialogButton name={open} label={openLabel}>
      {close => <Question {...question} close={close} />}
    </DialogButton>
  )
}

function Question({
  title,
  children,
  confirm,
  onConfirm,
  close,
}: Omit<ConfirmDialogProps, 'open' | 'openLabel'> & { close: () => void }) {
  const confirming = useMutation({ mutationFn: onConfirm, onSuccess: close })
  return (
    <div className="flex flex-col gap-3">
      <Heading slot="title" className="text-lg font-semibold">
        {title}
      </Heading>
      {children}
      {confirming.error !== null && (
        <p role="alert" className="text-bad">
          {confirming.error.message}
        </p>
      )}
      <p className="flex flex-wrap justify-end gap-2">
        <Button autoFocus onPress={close}>
          Leave it
        </Button>
        <Button look="primary" onPress={() => confirming.mutate()} isDisabled={confirming.isPending}>
          {confirming.isPending ? 'Asking …' : confirm}
        </Button>
      </p>
    </div>
  )
}
