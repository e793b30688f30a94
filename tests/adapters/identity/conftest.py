"""The town at the door, for every test of this folder."""

from tests.adapters.identity.fixtures import door, identity_engine

__all__ = ["door", "identity_engine"]
