"""Message channels, one a module.

To add a channel, add one module here that ends with ``CHANNELS.add(Channel(…))`` (``directory.
message_channels``): its ``takes`` knows the addresses of the channel, its ``send`` hands one letter
over or says why not. Name it in ``PASSERELLE_MESSAGE_CHANNELS`` where it comes before others;
nothing else is touched.
"""
