"""The only code that patches anything: botocore's endpoints, the environment, ``responses``."""
