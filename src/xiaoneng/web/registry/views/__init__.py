"""The pages of the registry, one file a noun."""
