"""Fetching official files from their publishers: the only modules that speak HTTP for sources."""
