"""营销: reaching many on purpose, and knowing what came of it.

contact_ways        「联系我」 codes: where a new friend comes from
segments            分群: a question about customers, asked in one SQL statement and read aloud in one sentence
broadcasts          群发计划: one message to a segment, through the salespeople, approved, held against a control group
exclusions          the one list of reasons why somebody is not sent to, with words, SQL and when it is asked
contact_permission  whether one person may be written to now, said at the head of their page
channels            by which ways many are reached, one page each; mass_channels says what such a page answers
reachability        the list asked about a segment, a broadcast or a task, and through whom the others are reached
lift                whether it brought anybody back who would not have come
offers              what the link of a card gives: a coupon of a welcome or of a broadcast
sql                 values of a statement are parameters, never text of it
scope               which stores a segment or a broadcast is about
"""
