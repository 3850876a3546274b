"""The only code that patches the process: botocore's endpoints, HTTP clients, the environment."""
