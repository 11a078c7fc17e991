"""Map layers, one a module: each adds itself with ``LAYERS.add(Layer(…))``."""
