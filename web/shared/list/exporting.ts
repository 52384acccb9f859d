/** The component that draws the export button; an application without exports provides none. */
import type { Component, InjectionKey } from 'vue'

/** Given `name` and `question` of the list. */
export const EXPORT_BUTTON: InjectionKey<Component> = Symbol('export button')
