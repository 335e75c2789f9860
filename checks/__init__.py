"""The checks: one flat module a family, found by secscan.catalog, imported by nobody else."""
