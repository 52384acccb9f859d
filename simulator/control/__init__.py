"""The hands, with which one acts as the people: `/control/…`, JSON, for the simulator's page and for tests.

Everything a customer, an employee, an administrator or bad luck can do. A hand never calls the product: it changes the
world, whose callbacks, pushes and notifications then reach the product. Errors are `{"error": {"code", "message"}}`.
"""
