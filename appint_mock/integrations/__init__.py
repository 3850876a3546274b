"""Works beside other libraries, each only if the program under test has loaded it."""
