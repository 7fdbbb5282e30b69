"""What the model knows: the scenario as written, its rows, and the inputs as read from the views."""
