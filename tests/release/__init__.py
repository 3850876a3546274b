"""What would be uploaded: see ``python -m tests.release``."""
