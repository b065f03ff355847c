"""Pure vocabulary of the house: verdicts, money, periods, status, transitions."""
