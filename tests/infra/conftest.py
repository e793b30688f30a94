"""Databases with the demonstration county, for the tests of what is done to a whole installation."""

from tests.journeys.county_over_http import counties as counties
