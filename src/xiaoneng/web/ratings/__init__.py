"""Ratings of services (好差评): taken in, given by link, told as shares, and the bad ones dealt with."""
