"""What staff do in a browser: the staff API (this package) and the single-page app in web/. No rules here.

One file per resource. `sign_in` holds the `api` object every other module adds its endpoints to.
"""
