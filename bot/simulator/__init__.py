"""The real cycle code under a deterministic scheduler that breaks everything it may break."""
