"""Turns what the database returned into text: tables for people, JSON, CSV, TSV and Markdown for others.

People get percentages, their own time zone and as much as fits their terminal; programs get fractions, UTC
and everything. Nothing here asks the database or decides what to show.
"""
