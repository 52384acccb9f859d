"""The staff API over HTTP, as the browser calls it."""
