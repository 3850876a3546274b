"""The environments in which CI tests us beside other libraries, and what pip put there."""
