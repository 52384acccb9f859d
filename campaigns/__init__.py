"""营销: reaching many customers with a purpose, and measuring the result.

contact_ways        「联系我」 codes: where a new friend comes from
segments            分群: a question about customers, asked in one SQL statement and put into one sentence
broadcasts          群发计划: one message to a segment, approved, sent by salespeople, and compared with a control group
exclusions          the one list of reasons why a person is not sent to: words, SQL and when each reason is checked
contact_permission  whether one customer may be contacted now, as their page shows it
own_words           what may be said: variables, opt-out, forbidden words, lengths, attachments; pure
contents            what campaigns say by a channel, written once and never changed
channels            the ways of reaching many, one module each; mass_channels defines what such a module offers
reachability        checks that list for a segment, a broadcast or a task, and finds who reaches the others
lift                whether a broadcast brought back customers who would not have come by themselves
offers              what the link of a card gives: the coupon of a welcome or of a broadcast
sql                 builds statements whose values are always parameters
scope               which stores a segment or a broadcast is about
"""
