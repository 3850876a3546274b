"""The environments in which CI tests us beside other libraries, and the table of what pip put there."""
