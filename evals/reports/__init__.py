"""What a run writes for a person and for a machine, and how two runs compare."""
