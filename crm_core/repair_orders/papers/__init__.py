"""The papers of an order its owner reads and decides on: inspection report, estimate, sheets of additional work."""
