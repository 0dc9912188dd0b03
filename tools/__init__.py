"""Programs that write what is committed: documents, pictures, measured results."""
