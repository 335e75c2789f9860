"""Scoring policies. Data only."""
