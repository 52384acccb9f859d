"""Whether a person may be bothered: the rules of contact, by whichever way and from whichever store."""
