"""The staff API, through HTTP, as the browser asks it."""
