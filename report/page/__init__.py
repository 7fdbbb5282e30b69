"""The planner's page: one HTML file that explains a published plan and needs no network."""
