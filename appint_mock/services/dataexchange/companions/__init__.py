"""Describes the service of AWS's that publishes what AWS Data Exchange holds."""
