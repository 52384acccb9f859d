"""预约 in the chat: what a member wrote, what it may mean, the times that are free, and the booking of a press.

time_rules     days and hours in the words of a chat
wish_rules     what of a booking a sentence says, and what is still to be asked
finding        whom, which car and which jobs it may mean, within what the member may see
talking        one turn: what is known so far, the question or the offer that follows
offers         the offer a card makes, and the one booking that comes of it
"""
