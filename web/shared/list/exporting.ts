/** Who draws the button that takes a list away as a file; a house without exports provides nobody. */
import type { Component, InjectionKey } from 'vue'

/** Given `name` and `question` of the list. */
export const EXPORT_BUTTON: InjectionKey<Component> = Symbol('export button')
