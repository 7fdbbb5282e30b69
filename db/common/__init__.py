"""What everything of ours rests on: errors, numbers, texts and files of users, interruption."""
