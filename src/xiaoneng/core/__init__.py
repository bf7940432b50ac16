"""The analysis: tables in, tables out. No web, no database of its own, no wall clock, no unseeded chance."""
