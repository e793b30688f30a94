"""The demonstration county for the tests of the whole API."""

from tests.journeys.county_over_http import counties as counties
from tests.journeys.county_over_http import county as county
