"""What a car owner does in the mini program: one file per resource, routes and schemas side by side, no rules."""
