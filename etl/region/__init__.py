"""What a region is: its file, what the file may say, and where its sources lie."""
