"""What a plan comes to, counted without a solver: coverage, money, grid, sessions."""
