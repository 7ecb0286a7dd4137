"""Foredesk: the front office of an IT department."""

__version__ = "0.1.0"
