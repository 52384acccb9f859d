/** How the parts of the order's page act: the page owns the intent, the reload and the refusal. */
export type Act = (work: (key: string) => Promise<unknown>) => Promise<boolean>
