"""What is told of a run, made of one timeline: text, page, picture, diagram."""
