"""The rest-json protocol from the server's side, read from the botocore model. It knows no service."""
