"""The pages of rounds, one file a part of their life."""
