"""Implements Amazon AppIntegrations: event integrations, data integrations and third-party applications."""
