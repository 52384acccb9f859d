-- What hangs on a car or a bill is found by it.
CREATE INDEX appointment_of_vehicle ON appointment (vehicle_id);
CREATE INDEX complaint_of_vehicle ON complaint (vehicle_id);
CREATE INDEX invoice_request_of_bill ON invoice_request (bill_id);
CREATE INDEX bill_dispute_of_bill ON bill_dispute (bill_id);
