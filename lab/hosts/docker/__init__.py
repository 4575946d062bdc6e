"""How hosts come to be: engine, images, compose."""
