"""Implements the server side of the rest-json protocol, as botocore's model defines it. Knows no service."""
