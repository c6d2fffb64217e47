"""The places that a question or a sentence names."""

from __future__ import annotations

from assistant.geography import is_land, is_region, places, spelled

__all__ = ["is_land", "is_region", "places", "spelled"]
