-- The search box finds a bill by the end of its number and by its car.
CREATE INDEX bill_number_end ON bill (reverse(replace(number, '-', '')) text_pattern_ops);
CREATE INDEX bill_of_vehicle ON bill (vehicle_id);
