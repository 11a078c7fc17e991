"""Texts of messages, by family.

To add a text, add an entry to a module here, or a module that ends with ``TEXTS.add(…)``
(``routing.message_texts``). Its code is what ``routing.operations.messages`` queues; nothing else is
touched. A text to a person must fit into one text message in each language: a test measures it.
"""
