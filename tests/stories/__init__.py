"""Whole business stories, acted by people only through public endpoints, on the product as it really runs."""
