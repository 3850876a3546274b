"""Other services of AWS's that change the state of ours."""
