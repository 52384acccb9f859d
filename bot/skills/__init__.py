"""What staff can do from a chat: one file per business object, thin wrappers around its verbs."""
