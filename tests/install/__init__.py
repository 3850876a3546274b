"""What pip makes of ordinary requirements beside us: see ``python -m tests.install``."""
