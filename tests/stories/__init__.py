"""Whole business tales, told by people who act only through public doors, on the product as it really runs."""
