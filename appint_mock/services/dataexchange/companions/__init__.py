"""Describes the AWS service that publishes data sets of AWS Data Exchange."""
