"""Describes the services of AWS's that associate resources of Amazon AppIntegrations."""
