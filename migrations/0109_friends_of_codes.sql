-- What became of those who came by a code is asked by its mark.
CREATE INDEX friendship_of_code ON friendship (state) WHERE state <> '';
