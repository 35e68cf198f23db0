import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Heading } from 'react-aria-components'
import { Button } from './button.tsx'
import { DialogButton } from './dialog-button.tsx'
import { TextField } from './text-field.tsx'

export interface ReasonDialogProps {
  /** On the button that opens it. */
  open: string
  /** The button's name for who doesn't see what it stands beside; it begins with what is on it. @default `open` */
  openLabel?: string
  title: string
  /** What will come of it, and what can't be taken back. */
  children: ReactNode
  /** On the button that does it. */
  confirm: string
  onConfirm: (reason: string) => Promise<unknown>
}

/** Asks for the reason before something is done that can't be taken back. */
export function ReasonDialog({ open, openLabel = open, ...form }: ReasonDialogProps) {
  return (
    <DialogButton name={open} label={openLabel}>
      {close => <ReasonForm {...form} close={close} />}
    </DialogButton>
  )
}

function ReasonForm({
  title,
  children,
  confirm,
  onConfirm,
  close,
}: Omit<ReasonDialogProps, 'open'> & { close: () => void }) {
  const [reason, setReason] = useState('')
  const confirming = useMutation({ mutationFn: () => onConfirm(reason.trim()), onSuccess: close })
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault()
        confirming.mutate()
      }}
    >
      <Heading slot="title" className="text-lg font-semibold">
        {title}
      </Heading>
      {children}
      <TextField
        label="Reason"
        autoFocus
        isRequired
        validationBehavior="aria"
        maxLength={500}
        value={reason}
        onChange={value => {
          setReason(value)
          confirming.reset()
        }}
        error={confirming.error?.message}
      />
      <p className="flex flex-wrap justify-end gap-2">
        <Button onPress={close}>Leave it</Button>
        <Button type="submit" look="primary" isDisabled={confirming.isPending || reason.trim() === ''}>
          {confirming.isPending ? 'Asking …' : confirm}
        </Button>
      </p>
    </form>
  )
}
