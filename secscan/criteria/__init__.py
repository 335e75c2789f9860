"""Criteria sets: how indexes become ranks. Data only."""
