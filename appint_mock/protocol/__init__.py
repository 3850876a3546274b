"""Speaks the rest-json protocol from the server's side, as botocore's model defines it. Knows no service."""
