"""Small-sample intervals."""
