"""到店 from a plate camera: which cars stand at the gate, with the booking each of them comes for.

reading → row   a plate the camera read; again within minutes it is the same arrival
booked          the plate is that of a booking of the day: near its time the owner is checked in
alike           one character off a booking of the day: proposed to a person, never matched by itself
stranger        no booking: a walk-in, with the car on file if there is one
WAITING → DISMISSED by a person, or LEFT as the camera saw; a car that is received is at the gate no more
"""
