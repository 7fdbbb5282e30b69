"""What stands in the database: tables and views, how they are made, compared, checked and backed up."""
