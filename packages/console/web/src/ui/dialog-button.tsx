import type { ReactNode } from 'react'
import { Dialog, DialogTrigger, Modal, ModalOverlay } from 'react-aria-components'
import { Button } from './button.tsx'

export interface DialogButtonProps {
  /** On the button. */
  name: string
  /** The button's name for who doesn't see what it stands beside; it begins with what is on it. */
  label: string
  /** What the dialog shows, with a heading in the slot `title`. */
  children: (close: () => void) => ReactNode
}

/** A button that opens a dialog over the page. */
export function DialogButton({ name, label, children }: DialogButtonProps) {
  return (
    <DialogTrigger>
      <Button aria-label={label}>{name}</Button>
      <ModalOverlay
        isDismissable
        className="fixed inset-0 z-50 flex items-start justify-center overflow-auto bg-[rgb(0_0_0/0.55)] p-4 pt-[12vh]"
      >
        <Modal className="w-full max-w-lg rounded-lg border border-line-strong bg-surface shadow-lg">
          <Dialog className="p-5">{({ close }) => children(close)}</Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  )
}
