"""House rules with a number in them: the group sets a value, a store may override it, and each change has a start time.

policy     the rules of one room that are read together: a frozen dataclass in that room, derived from `Policy`
rule       one field of it, with its Chinese name, unit, bounds, source and default beside it (`declaring.rule`)
default    the value written in the code; a group value overrides it, and a store's own value overrides that
change     a row: from when which value holds, by whom, why; taken back or ended, it stays in the history
planned    a change whose moment has not come; it can be taken back
group only a rule with one value for all stores: it concerns people who have no store, or figures that are compared
           between stores

`declaring`, `kinds` and `standing` are pure: a room's rules may import them. `current` says which values hold now,
`changing` has the verbs, `queries` the list with the history. What nobody should change is a constant where it is used.
"""
