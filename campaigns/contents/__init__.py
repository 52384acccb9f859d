"""内容: what campaigns say by a channel. A content is written once and never changed; a change is another content.

models   the tables
forbidding  the words that the group itself does not use
writing  writes one, after `own_words` has found nothing wrong with it
shipped  the content that a shipped message makes
reading  the content of a broadcast in SQL
showing  what hangs below the words, for screens
trying   words while they are written: what is wrong with them, and how people would see them
"""
