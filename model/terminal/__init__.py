"""What people see of a command and type to it: options, progress, printed results."""
