"""Payment by results: the contract as data, its verdict, its claims and their reconciliation."""
