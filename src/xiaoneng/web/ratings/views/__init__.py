"""The pages of ratings: shares for anyone, bad ratings for those who deal with them, links, and the page on which one rates."""

from . import links, matters, rating, shares

__all__ = ["links", "matters", "rating", "shares"]
