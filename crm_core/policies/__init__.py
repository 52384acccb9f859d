"""House rules with a number in them: what the group sets, a store may set otherwise, from a moment on.

policy     one room's rules that are read together: a frozen dataclass in that room, a `Policy` by its base
rule       one field of it, with its Chinese name, unit, bounds, source and default beside it (`declaring.rule`)
default    the house's number, in the code; the group value stands over it, a store's own value over that
change     a row: from when which value holds, by whom, why; taken back or ended, it stays in the history
planned    a change whose moment has not come; it can be taken back
group only a rule that must be one for all stores: of people who have no store, or of what is compared between stores

`declaring`, `kinds` and `standing` are pure: a room's rules may import them. `current` says which values hold now,
`changing` has the verbs, `queries` the list with the history. What nobody should change is a constant where it is used.
"""
