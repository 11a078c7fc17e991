"""Pictures of the directory and of referrals."""
