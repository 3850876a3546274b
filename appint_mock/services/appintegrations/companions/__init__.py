"""Describes the AWS services that associate resources of Amazon AppIntegrations."""
