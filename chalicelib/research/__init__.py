"""The lab: what strategies would have done on a recorded past, by the engine that trades live."""
