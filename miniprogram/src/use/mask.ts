/** The owner's own number on a screen others may look at: `138****5678`. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)}****${phone.slice(-4)}`
}

/** The same as a screen reader says it. */
export function spokenPhone(phone: string): string {
  return `尾号 ${phone.slice(-4)}`
}
