"""What stands in where no channel reached an owner: somebody phones."""
