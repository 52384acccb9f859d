"""标签: the tags of the house, in step with the corp tags of WeCom both ways.

tag       a name within a group. One made here is WANTED until WeCom has it, then KEPT; RENAMING and ENDING are what
          WeCom is still to be told. One made in WeCom is KEPT and taken as it is: only an administrator there
          changes it.
reason    why a customer carries a tag: a hand here, a rule (the people of a segment), a member in WeCom. It is carried
          as long as one of them stands, and a rule takes back only its own.
mark      what WeCom is to be told of one pair of member and friend: this tag on, or off. Owed until it was said.
turn      a number that grows. A reading takes one before it asks, a change one after it was said: a reading that began
          before a change was said knows nothing of it.
drift     what differs between here and WeCom, and why.

Which side wins: what is owed counts before what is read; after it was said the later change counts, so a member who
takes a tag off in WeCom takes it off here; only what a rule put on is put on again, since its reason still stands.
"""
