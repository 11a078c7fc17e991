"""Which service a person is sent to, and what happens next."""
