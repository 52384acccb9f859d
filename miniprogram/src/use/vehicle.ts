import { ref } from 'vue'

/** The car the owner looks at, undefined for the one the server thinks matters most. */
export const chosenVehicle = ref<number | undefined>(undefined)
