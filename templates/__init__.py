"""The page templates of the report. Data only."""
