"""What the library costs beside the floor (a handler that answers with a constant) and beside moto."""
