import { ref } from 'vue'

/** The car that is shown; undefined for the one the server considers most important. */
export const chosenVehicle = ref<number | undefined>(undefined)
