"""接口伙伴: programs of others that bring and read data through the partners' door (`partner_api/`) with an API key.

A key names the stores it is good for, its scopes (`scopes`), how many calls a minute it has, and the program whose
numbers its rows carry. What a program brings is taken as the rows of an import are (`crm_core.imports.taking`).

`keys` makes, rotates and ends keys; `admitting` recognises them; `bringing`, `bringing_orders` and `bringing_stock`
take rows; `reading` answers questions.
"""
