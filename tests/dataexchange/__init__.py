"""AWS Data Exchange, through real boto3 clients."""
