"""The people's hands: `/control/…`, JSON, for the simulator's page and for tests.

Everything a customer, an employee, an administrator or bad luck can do. A hand never calls the product: it changes the
world, and the world's callbacks, pushes and notifications do. Errors are `{"error": {"code", "message"}}`.
"""
